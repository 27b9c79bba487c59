import { pause } from '../../base/abort.js';
import type { Deadline } from '../../base/deadline.js';
import type { pubsub_error } from '../../base/error.js';
import type { Cluster } from '../client/cluster.js';
import type { RecordSink } from '../records/record-sink.js';
import { kafkaErrorType, toPubsubError } from '../client/errors.js';
import type { Standing } from './commit-book.js';
import { Coordinator } from './coordinator.js';
import { Fetcher } from './fetcher.js';
import { GroupClient, type GroupMember } from './group-client.js';
import { refuseOtherTopics } from './group-refusal.js';
import type { Lease } from './lease.js';
import type { LogPosition } from './leader-epochs.js';
import { Membership, type Assignment } from './membership.js';
import { Ownership, type OwnedPartition, type PositionReset } from './ownership.js';
import { PartitionRetries } from './partition-retries.js';
import type { PositionPolicy } from './position-policy.js';
import type { RetryPolicy } from '../client/retry-policy.js';
import { TopicWatch } from './topic-watch.js';

export interface GroupSessionOptions {
  readonly topic: string;
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly fetchMaxWaitMs: number;
  readonly fetchMaxBytes: number;
  readonly metadataMaxAgeMs: number;
}

export interface GroupSessionEvents {
  /** A fact that the state depends on has changed. */
  changed(): void;
  /** Something failed, and is retried. */
  failed(error: pubsub_error): void;
  reset(reset: PositionReset): void;
}

/**
 * How often a member reads the metadata of its topic. Publishers that start later write to added partitions at once,
 * and no member reads these until the group assigns them.
 */
const TOPIC_WATCH_MS = 2_000;

/** One life of a group member, from its first look at the topic until it leaves: connects the parts of the member. */
export class GroupSession {
  readonly ownership: Ownership;
  readonly #cluster: Cluster;
  readonly #options: GroupSessionOptions;
  readonly #policy: PositionPolicy;
  /** Of the checks whether other members read the same topic. */
  readonly #checkRetries: RetryPolicy;
  readonly #readRetries: PartitionRetries;
  readonly #events: GroupSessionEvents;
  readonly #coordinator: Coordinator;
  readonly #group: GroupClient;
  readonly #membership: Membership;
  readonly #fetcher: Fetcher;
  readonly #closing = new AbortController();
  #watch: TopicWatch | undefined;
  #isTopicMissing = false;
  /** The partitions that this member assigned when it led the last join; undefined: another member led it. */
  #assigned: readonly number[] | undefined;
  /** True if no member of the group reads another topic, as of the last check. */
  #isChecked = false;
  #leaving: Promise<void> | undefined;

  constructor(
    cluster: Cluster,
    options: GroupSessionOptions,
    policy: PositionPolicy,
    sink: RecordSink,
    retries: RetryPolicy,
    generation: number,
    events: GroupSessionEvents,
  ) {
    const { topic, groupId: group } = options;
    this.#cluster = cluster;
    this.#options = options;
    this.#policy = policy;
    this.#checkRetries = retries.following();
    this.#readRetries = new PartitionRetries(() => retries.following());
    this.#events = events;
    this.#coordinator = new Coordinator(cluster, group);
    this.#group = new GroupClient(cluster, this.#coordinator, { topic, group });
    this.#membership = new Membership({ ...options, group }, this.#coordinator, retries, {
      joining: () => {
        this.#assigned = undefined;
        const data = this.ownership.joinBegins();
        events.changed();
        return data;
      },
      partitions: () => (this.#assigned = this.#group.partitionIds()),
      joined: (assignment) => this.#joined(assignment),
      renewed: () => events.changed(),
      forgotten: () => {
        policy.membershipEnded();
        events.changed();
      },
      failed: (error) => events.failed(error),
    });
    this.ownership = new Ownership(
      {
        group: this.#group,
        policy,
        commit: (offsets) =>
          this.#commit(new Map([...offsets].map(([at, offset]) => [at, { offset, epoch: undefined }]))),
        refresh: () => cluster.refresh(),
        retries: () => retries.following(),
        signal: this.#closing.signal,
      },
      {
        changed: () => {
          this.#fetcher.wake();
          events.changed();
        },
        answered: ({ partition }) => this.#readRetries.answered(partition),
        failed: (error, policy) => this.#pauseAfter(error, policy),
        reset: (reset) => events.reset(reset),
      },
      generation,
    );
    const { fetchMaxWaitMs: maxWaitMs, fetchMaxBytes: maxBytes } = options;
    this.#fetcher = new Fetcher(
      cluster,
      this.ownership,
      sink,
      { topic, maxWaitMs, maxBytes },
      {
        failed: (error) => events.failed(error),
        topicMoved: () => this.#watch?.soon(),
        denied: (error) => this.#pauseAfter(error, this.#readRetries.of(Number(error.details['partition']))),
        unreadable: (error) => events.failed(error),
      },
    );
  }

  get lease(): Lease {
    return this.#membership.lease;
  }

  /** Its group has known it within the session time-out, as a member or while it joins again. */
  get standing(): Standing {
    if (!this.lease.valid) return 'none';
    return this.ownership.joinedAt === undefined ? 'joining' : 'member';
  }

  /** True if this member owns its partitions, each at a known position, in a group that reads its topic. */
  get isReady(): boolean {
    return this.standing === 'member' && this.ownership.settled && this.#isChecked;
  }

  /** The id of the topic, as of the last metadata; undefined if it is not known. */
  get topicId(): string | undefined {
    return this.#group.topicId;
  }

  get isTopicMissing(): boolean {
    return this.#isTopicMissing;
  }

  isHeldBack(owned: OwnedPartition): boolean {
    return this.#fetcher.isHeldBack(owned);
  }

  /** Monotonic time until which the leader of a partition throttles this client's fetch requests. */
  throttledUntil({ partition }: OwnedPartition): number {
    return this.#cluster.throttledUntil(partition, 'fetch');
  }

  /** False: according to the last metadata, the topic exists, and has no partition of this number. */
  exists(partition: number): boolean {
    const known = this.#group.partitionIds();
    return known.length === 0 || known.includes(partition);
  }

  /** False: according to the last metadata, the partition exists, and no broker leads it. */
  hasLeader({ partition }: OwnedPartition): boolean {
    return this.#cluster.leaderOf(partition) !== undefined || !this.#group.partitionIds().includes(partition);
  }

  /** A sentence about a broker that has not answered for a while; undefined if there is none. */
  get silence(): string | undefined {
    const address = this.#cluster.silentAddress;
    return address === undefined ? undefined : `${address} does not answer`;
  }

  /** Reads the topic's metadata and where reading would start. Does not join. */
  async open(): Promise<void> {
    await this.#cluster.refresh();
    this.#refuseOtherTopics(await this.#group.members());
    await this.#policy.prepare(this.#group);
  }

  /**
   * Joins the group and reads until the signal is aborted.
   *
   * @throws pubsub_error an error that does not pass by itself
   */
  async run(signal: AbortSignal): Promise<void> {
    this.#watch = new TopicWatch(
      this.#cluster,
      this.#options.topic,
      Math.min(this.#options.metadataMaxAgeMs, TOPIC_WATCH_MS),
      {
        replaced: () => this.ownership.topicReplaced(),
        missing: (error) => {
          this.#isTopicMissing = true;
          this.#events.failed(error);
        },
        refreshed: () => {
          this.#isTopicMissing = false;
          this.#assignAgain();
          this.#fetcher.wake();
          this.#events.changed();
        },
        failed: (error) => this.#events.failed(error),
      },
    );
    await this.#membership.run(signal);
  }

  /** Returns false if this process is not a member now; nothing was committed then. */
  commit(offsets: ReadonlyMap<number, number>): Promise<boolean> {
    const { ownership } = this;
    return this.#commit(
      new Map([...offsets].map(([at, offset]) => [at, { offset, epoch: ownership.epochBefore(at, offset) }])),
    );
  }

  async #commit(offsets: ReadonlyMap<number, LogPosition>): Promise<boolean> {
    const { memberId, generation } = this.#membership;
    if (memberId === '' || !this.lease.valid) return false;
    try {
      await this.#group.commit(offsets, { memberId, generation });
      return true;
    } catch (error) {
      const type = kafkaErrorType(error) ?? '';
      if (outdated.has(type)) this.#membership.isOutdated({ memberId, generation }, type);
      // The group is rebalancing: offsets of partitions that are still owned after it are committed then.
      if (outdated.has(type) || type === 'REBALANCE_IN_PROGRESS') return false;
      throw toPubsubError(error, 'commit', { group: this.#options.groupId, topic: this.#options.topic });
    }
  }

  /** Stops reading and leaves the group, once. */
  leave(deadline: Deadline): Promise<void> {
    this.#fetcher.stop();
    this.#leaving ??= this.#membership.leave(deadline);
    return this.#leaving;
  }

  /** Ends everything at once. */
  close(): void {
    this.#closing.abort();
    this.#fetcher.stop();
    this.#watch?.stop();
    this.#coordinator.close();
    this.#cluster.close();
  }

  /** Only the leader of the group assigns partitions, so it is enough that the leader joins again. */
  #assignAgain(): void {
    const assigned = this.#assigned?.length;
    if (assigned === undefined || assigned === this.#group.partitionIds().length) return;
    this.#membership.rejoin('the topic has another number of partitions than were assigned');
  }

  #joined(assignment: Assignment): void {
    this.#readRetries.keep(assignment.partitions);
    this.ownership.joined(assignment);
    // After a first check, only a leader that reads another topic assigns no partitions: then the check is made
    // again.
    if (this.#isChecked && assignment.partitions.length > 0) return;
    if (assignment.isLeader) {
      this.#isChecked = true;
      this.#events.changed();
      return;
    }
    this.#checkOthers(assignment).catch((error: unknown) => this.#membership.end(toPubsubError(error, 'join')));
  }

  /**
   * Members with another topic may have joined since `open`, or while this member was away. If one of them leads the
   * group, this member gets no partitions. Repeats the check until the group has answered, or this assignment has
   * ended.
   */
  async #checkOthers({ leaderId }: Assignment): Promise<void> {
    const { topic } = this.#options;
    const { generation } = this.ownership;
    const { signal } = this.#closing;
    while (!signal.aborted && this.ownership.generation === generation) {
      try {
        const members = await this.#group.members();
        // The members are unknown while the group rebalances; the next join checks again.
        if (members === undefined || this.ownership.generation !== generation) return;
        this.#checkRetries.succeeded();
        if (!leaderReads(members, leaderId, topic)) this.#refuseOtherTopics(members);
        this.#isChecked = true;
        this.#events.changed();
        return;
      } catch (thrown) {
        const error = toPubsubError(thrown, 'join', { topic, group: this.#options.groupId });
        if (error.code === 'group_refused') throw error;
        const pauseMs = this.#pauseAfter(error, this.#checkRetries);
        if (pauseMs === undefined) return;
        await pause(pauseMs, signal);
      }
    }
  }

  /** @throws pubsub_error `group_refused` when members of the group read a topic other than this one */
  #refuseOtherTopics(members: readonly GroupMember[] | undefined): void {
    const { topic, groupId: group } = this.#options;
    refuseOtherTopics({ group, topic }, members ?? [], this.#membership.memberId);
  }

  /** @returns milliseconds until the next attempt; undefined: it would fail again, and the membership ends */
  #pauseAfter(error: pubsub_error, retries: RetryPolicy): number | undefined {
    const pauseMs = retries.pauseAfter(error, performance.now());
    if (pauseMs === undefined) this.#membership.end(error);
    else this.#events.failed(error);
    return pauseMs;
  }
}

/** Answers to a commit after which the group may have given the partitions to others. */
const outdated = new Set(['ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID']);

function leaderReads(members: readonly GroupMember[], leaderId: string, topic: string): boolean {
  return members.find(({ memberId }) => memberId === leaderId)?.topics.includes(topic) === true;
}
