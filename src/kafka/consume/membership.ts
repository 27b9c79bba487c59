import { isAborted, onAbort, pause, unlessAborted } from '../../base/abort.js';
import type { Deadline } from '../../base/deadline.js';
import type { BrokerApis } from '../client/broker-apis.js';
import type { RequestOptions } from '../client/broker-connection.js';
import { pubsub_error } from '../../base/error.js';
import { BrokerError, throwIfError } from '../client/broker-error.js';
import { ConnectionFailure } from '../client/connection-failure.js';
import { kafkaErrorType, toPubsubError } from '../client/errors.js';
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.js';
import { isAboutCoordinator, type GroupCoordinator } from './coordinator.js';
import { refuseGroupOfBrokers, refuseTakenGroup } from './group-refusal.js';
import { Lease } from './lease.js';
import { pastOf, type GenerationOfMember, type Past } from './member-generation.js';
import { UnansweredJoin } from './unanswered-join.js';
import { decodeMemberData, encodeMemberData, type MemberData } from './member-data.js';
import type { RetryPolicy } from '../client/retry-policy.js';
import { assignSticky } from './sticky-assignment.js';

export interface MembershipOptions {
  readonly topic: string;
  readonly group: string;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
}

/** What the group assigned to this member. */
export interface Assignment {
  readonly past: Past;
  /** Sorted. */
  readonly partitions: readonly number[];
  /** True when this is the group's only member. */
  readonly alone: boolean;
  readonly isLeader: boolean;
  readonly leaderId: string;
}

export interface MembershipHooks {
  /**
   * A join begins: until it has ended, this member may own nothing. The returned data is sent to the other members.
   */
  joining(): MemberData;
  /** The topic's partitions, for the member that assigns them. */
  partitions(): readonly number[];
  joined(assignment: Assignment): void;
  /** The group has answered again, and knows this member: its lease had expired. */
  renewed(): void;
  /** The group does not know this member any more: others may handle what it was handling. */
  forgotten(): void;
  /** An attempt failed, and another one follows. */
  failed(error: pubsub_error): void;
}

const PROTOCOL = 'easy-pubsub-sticky';
/**
 * A group answers a join when all members have joined, or when their time to join is over. This is added for the
 * network.
 */
const JOIN_SLACK_MS = 5_000;
const COORDINATOR_PAUSE_MS = 200;
/** The shortest time limit of a heartbeat: a busy machine must not look like a broker that does not answer. */
const HEARTBEAT_LEAST_MS = 1_000;

/** Answers after which the member joins again at once. */
const rejoining = new Set(['REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'MEMBER_ID_REQUIRED']);
/** The same, and the group may have given the partitions of this member to others. */
const NOT_LISTED = 'UNKNOWN_MEMBER_ID';
const forgotten = new Set([NOT_LISTED, 'FENCED_INSTANCE_ID']);
/** A group that has changed, or has removed this member, asks for this many joins in a row; more of them are a failure. */
const JOINS_AT_ONCE = 4;

/**
 * This process as a member of a consumer group (Kafka's classic protocol): it joins, sends heartbeats, and joins
 * again if the group rebalances or has removed it.
 *
 * Heartbeats have a connection of their own and wait for nothing else. A coordinator that does not answer is looked
 * up again, and the member keeps its member id and generation, so that a coordinator that moves causes no rebalance.
 * The lease says whether the group may still consider this process a member.
 */
export class Membership {
  readonly lease: Lease;
  readonly #options: MembershipOptions;
  readonly #coordinator: GroupCoordinator;
  readonly #retries: RetryPolicy;
  readonly #hooks: MembershipHooks;
  #memberId = '';
  #generation = -1;
  /** The last join that was completed, while the group has not forgotten this member. */
  #completed: GenerationOfMember | undefined;
  /** Joins in a row that the group did not complete, but asked for another one. */
  #incomplete = 0;
  #wake: () => void = () => undefined;
  #stop: () => void = () => undefined;
  /** Ends the wait for the answer to a heartbeat. */
  #interrupt: () => void = () => undefined;
  #isJoining = false;
  #rejoin: string | undefined;
  #ended: pubsub_error | undefined;

  constructor(options: MembershipOptions, coordinator: GroupCoordinator, retries: RetryPolicy, hooks: MembershipHooks) {
    this.#options = options;
    this.#coordinator = coordinator;
    this.#retries = retries;
    this.#hooks = hooks;
    this.lease = new Lease(options.sessionTimeoutMs);
  }

  /** Empty before the first join. */
  get memberId(): string {
    return this.#memberId;
  }

  /** The generation number that the group gave. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Joins, and stays a member until the signal is aborted.
   *
   * @throws pubsub_error an error that does not pass by itself
   */
  async run(signal: AbortSignal): Promise<void> {
    const stopping = new AbortController();
    const forget = onAbort(signal, () => stopping.abort());
    this.#ended = undefined;
    this.#stop = () => stopping.abort();
    const wake = onAbort(stopping.signal, () => this.#wake());
    try {
      while (!stopping.signal.aborted) await this.#once(stopping.signal);
      this.#throwIfEnded();
    } finally {
      forget();
      wake();
      this.lease.end();
    }
  }

  /** Joins again soon, because partitions must be assigned again. */
  rejoin(reason: string): void {
    this.#rejoin = reason;
    this.#wake();
    this.#interrupt();
  }

  /**
   * The group answered a request of this member that it does not know the member, or that the generation is over. The
   * next heartbeat would learn the same, later.
   */
  isOutdated({ memberId, generation }: GenerationOfMember, answer: string): void {
    // The answer to a join that is pending is newer than this one.
    if (this.#isJoining || memberId !== this.#memberId || generation !== this.#generation) return;
    if (forgotten.has(answer)) this.#forgotten();
    this.rejoin(answer);
  }

  /** Ends `run` with this error. */
  end(error: pubsub_error): void {
    this.#ended = error;
    this.#stop();
  }

  /** Tells the group that this member leaves. A coordinator that cannot be reached notices by itself. */
  async leave(deadline: Deadline): Promise<void> {
    const { group } = this.#options;
    const memberId = this.#memberId;
    this.#memberId = '';
    this.lease.end();
    if (memberId === '') return;
    const leaving = this.#coordinator.ask('data', 'leaveGroup', { group, memberId });
    await deadline.race(leaving, {
      stage: 'dispose',
      what: 'an answer of the coordinator to the request to leave the group',
    });
  }

  /** Whether or not it gets the same member id again: it comes back as if it were another member. */
  #forgotten(): void {
    this.lease.end();
    this.#completed = undefined;
    this.#hooks.forgotten();
  }

  #throwIfEnded(): void {
    if (this.#ended !== undefined) throw this.#ended;
  }

  async #once(signal: AbortSignal): Promise<void> {
    try {
      this.#rejoin = undefined;
      this.#isJoining = true;
      const assignment = await unlessAborted(this.#join(), signal, ended).finally(() => (this.#isJoining = false));
      this.#retries.succeeded();
      this.#incomplete = 0;
      this.#hooks.joined(assignment);
      await this.#beat(signal);
    } catch (thrown) {
      if (!signal.aborted) await this.#failed(thrown, signal);
    }
  }

  async #failed(thrown: unknown, signal: AbortSignal): Promise<void> {
    const type = kafkaErrorType(thrown);
    const canBeForgotten = type !== undefined && forgotten.has(type);
    if (canBeForgotten) this.#forgotten();
    const joinsAgain = canBeForgotten || (type !== undefined && rejoining.has(type));
    if (joinsAgain) this.#incomplete += 1;
    if (joinsAgain && this.#incomplete <= JOINS_AT_ONCE) return;
    if (isAboutCoordinator(type)) this.#coordinator.forget();
    const { topic, group } = this.#options;
    const error = joinsAgain ? noJoinEnds(group, type, thrown) : toPubsubError(thrown, 'join', { topic, group });
    const pauseMs = this.#retries.pauseAfter(error, performance.now());
    if (pauseMs === undefined) throw error;
    this.#hooks.failed(error);
    await pause(isAboutCoordinator(type) ? Math.min(pauseMs, COORDINATOR_PAUSE_MS) : pauseMs, signal);
  }

  async #join(): Promise<Assignment> {
    const { group, topic, sessionTimeoutMs, rebalanceTimeoutMs } = this.#options;
    const userData = encodeMemberData(this.#hooks.joining());
    const answer = await this.#askGroup('joinGroup', {
      group,
      memberId: this.#memberId,
      sessionTimeoutMs,
      rebalanceTimeoutMs,
      protocol: PROTOCOL,
      metadata: encodeSubscription({ topics: [topic], userData }),
    });
    // Kept at once: if a later step fails, the next attempt uses the same member id.
    if (answer.error === 'MEMBER_ID_REQUIRED') this.#memberId = answer.memberId;
    // Only the answer to a join makes it certain. After another request the join still names the member: if the group
    // does know it, a second member would have to wait until the first one is removed.
    if (answer.error !== undefined && forgotten.has(answer.error)) this.#memberId = '';
    throwIfError(answer.error);
    const { generation, memberId, leaderId, members } = answer;
    this.#memberId = memberId;
    this.#generation = generation;
    refuseGroupOfBrokers(group, leaderId, this.#completed === undefined);
    const isLeader = memberId === leaderId;
    if (isLeader && this.#completed === undefined) this.#refuseTakenGroup(members);
    const sent = Lease.now();
    const assignments = isLeader ? this.#shareOut(members) : [];
    const sync = await this.#askGroup('syncGroup', { group, generation, memberId, assignments });
    throwIfError(sync.error);
    this.lease.renew(sent);
    const past = pastOf(this.#completed, { memberId, generation });
    this.#completed = { memberId, generation };
    const partitions = decodeAssignment(sync.assignment, topic);
    return { past, partitions, alone: isLeader && members.length === 1, isLeader, leaderId };
  }

  /**
   * Sends a request whose answer the group may delay for as long as a rebalance takes. If it is sent again, the time
   * limit of the first request continues.
   */
  async #askGroup<A extends 'joinGroup' | 'syncGroup'>(
    api: A,
    body: BrokerApis[A]['request'],
  ): Promise<BrokerApis[A]['answer']> {
    const { group, rebalanceTimeoutMs } = this.#options;
    const limitMs = rebalanceTimeoutMs + JOIN_SLACK_MS;
    let until: number | undefined;
    const leftMs = (): number => Math.round((until ?? performance.now() + limitMs) - performance.now());
    const late = (): Error => new ConnectionFailure('silent', `no answer to ${api} within ${limitMs} ms`);
    for (;;) {
      let isSent = false;
      // The time until it can be sent counts, too: a lookup, and a new connection.
      const times = (): RequestOptions => {
        const ms = leftMs();
        if (ms <= 0) throw late();
        isSent = true;
        until ??= performance.now() + limitMs;
        const waitMs = Math.max(0, ms - JOIN_SLACK_MS);
        return { waitMs, timeoutMs: ms - waitMs };
      };
      const canJoinAgain = this.#memberId !== '' && leftMs() > JOIN_SLACK_MS;
      const watch = new UnansweredJoin(this.#coordinator, api, { group, canJoinAgain });
      const expired = new AbortController();
      const timer = until === undefined ? undefined : setTimeout(() => isSent || expired.abort(), leftMs());
      try {
        return await unlessAborted(this.#coordinator.ask('group', api, body, times), expired.signal, late);
      } catch (thrown) {
        if (!watch.joinsAgain || leftMs() <= 0) throw thrown;
      } finally {
        clearTimeout(timer);
        watch.stop();
      }
    }
  }

  /**
   * A newcomer that leads the group would give nothing to members that read another topic, and end them. It refuses
   * itself instead, before it assigns partitions: when it has left, one of the others leads.
   *
   * @throws pubsub_error `group_refused` when members that joined earlier read another topic
   */
  #refuseTakenGroup(members: readonly { metadata: Buffer }[]): void {
    const known = members.flatMap(({ metadata }) => {
      const subscription = decodeSubscription(metadata);
      return subscription === undefined
        ? []
        : [{ topics: subscription.topics, ...decodeMemberData(subscription.userData) }];
    });
    refuseTakenGroup(this.#options, known);
  }

  /**
   * Assigns partitions. Members that read another topic get none: they find out by themselves that they are in the
   * wrong group.
   */
  #shareOut(members: readonly { memberId: string; metadata: Buffer }[]): { memberId: string; assignment: Buffer }[] {
    const { topic } = this.#options;
    const readers = members.flatMap(({ memberId, metadata }) => {
      const subscription = decodeSubscription(metadata);
      if (subscription?.topics.includes(topic) !== true) return [];
      const { owned, since } = decodeMemberData(subscription.userData);
      return [{ id: memberId, owned, since }];
    });
    const shares = assignSticky(this.#hooks.partitions(), readers);
    return members.map(({ memberId }) => ({
      memberId,
      assignment: encodeAssignment(topic, shares.get(memberId) ?? []),
    }));
  }

  /** Sends heartbeats until the member must join again. */
  async #beat(signal: AbortSignal): Promise<void> {
    const { group, heartbeatIntervalMs, sessionTimeoutMs } = this.#options;
    // A coordinator answers at once. A silent one must be given up while the group still knows this member.
    const times = { timeoutMs: Math.max(HEARTBEAT_LEAST_MS, sessionTimeoutMs / 3) };
    let failures = 0;
    // A long join may have used up the lease: only a heartbeat shows this.
    let waitMs = this.lease.valid ? heartbeatIntervalMs : 0;
    for (;;) {
      await this.#wait(waitMs, signal);
      if (signal.aborted || this.#rejoin !== undefined) return;
      const sent = Lease.now();
      const interrupted = new AbortController();
      this.#interrupt = () => interrupted.abort();
      const forget = onAbort(signal, this.#interrupt);
      let isChecking = false;
      try {
        const { error } = await unlessAborted(
          this.#coordinator.ask(
            'group',
            'heartbeat',
            { group, generation: this.#generation, memberId: this.#memberId },
            times,
          ),
          interrupted.signal,
          ended,
        );
        const wasValid = this.lease.valid;
        // A coordinator that still loads its groups answers every heartbeat with success.
        isChecking = error === undefined && !wasValid;
        if (isChecking) await unlessAborted(this.#throwUnlessListed(times), interrupted.signal, ended);
        const isKnown = error === undefined || error === 'REBALANCE_IN_PROGRESS';
        if (isKnown) this.lease.renew(sent);
        if (isKnown && !wasValid) this.#hooks.renewed();
        throwIfError(error);
        failures = 0;
        waitMs = heartbeatIntervalMs;
      } catch (thrown) {
        if (isAborted(interrupted.signal)) return;
        const type = kafkaErrorType(thrown);
        // Why the group cannot be described says nothing about the membership, except that it does not list the member.
        const isAboutMember = isChecking ? type === NOT_LISTED : type !== undefined && !isAboutCoordinator(type);
        if (isAboutMember) throw thrown;
        // No broker coordinates the group at the moment, or it cannot be reached. The group may still know this
        // member.
        this.#coordinator.forget();
        failures += 1;
        if (failures > 1) this.#hooks.failed(toPubsubError(thrown, 'join', { group }));
        waitMs = Math.min(heartbeatIntervalMs, COORDINATOR_PAUSE_MS * failures);
      } finally {
        forget();
      }
    }
  }

  /** @throws BrokerError if the group does not have this member, or the coordinator does not know yet */
  async #throwUnlessListed(times: RequestOptions): Promise<void> {
    const groups = [this.#options.group];
    const [group] = await this.#coordinator.ask('data', 'describeGroups', { groups }, times);
    throwIfError(group?.error);
    if (group?.members.some(({ memberId }) => memberId === this.#memberId) !== true) throw new BrokerError(NOT_LISTED);
  }

  /** Until this time has passed, or another join is wanted, or the signal is aborted. */
  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      // An event before this wait ends it at once.
      if (this.#rejoin !== undefined || signal.aborted) this.#wake();
    });
  }
}

function noJoinEnds(group: string, type: string | undefined, cause: unknown): pubsub_error {
  const sentence = `this member cannot join group ${group}: the coordinator answers ${type}`;
  return new pubsub_error('broker_unavailable', 'join', sentence, {
    retryable: true,
    cause,
    details: { group, kafka_error: type },
  });
}

function ended(): pubsub_error {
  return new pubsub_error('aborted', 'join', 'the membership was ended');
}
