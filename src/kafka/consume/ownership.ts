import { isAborted } from '../../base/abort.js';
import { Deadline } from '../../base/deadline.js';
import type { pubsub_error } from '../../base/error.js';
import { toPubsubError } from '../client/errors.js';
import type { Divergence } from '../client/broker-apis.js';
import { noLeader } from '../client/log-offsets.js';
import type { RetryPolicy } from '../client/retry-policy.js';
import type { GroupReader } from './group-client.js';
import { LeaderEpochs, type LogPosition } from './leader-epochs.js';
import type { MemberData } from './member-data.js';
import type { Assignment } from './membership.js';
import type { JoinFacts, PositionPolicy } from './position-policy.js';
import { isReplaced } from './topic-id.js';

/** A partition that this member owns. */
export interface OwnedPartition {
  readonly partition: number;
  /** Offset of the next record to deliver; undefined until it is found. */
  position: number | undefined;
  /** The id of the topic that the position belongs to; undefined: the brokers give topics no ids. */
  topicId: string | undefined;
  /** False while its position is being found: it is not read then. */
  flowing: boolean;
  /** Epochs of the leaders that wrote the records that were read. */
  readonly epochs: LeaderEpochs;
  /** The epoch for which the log turned out to differ from what was read, the last time. */
  divergedEpoch: number | undefined;
  /** The end of the log as of the last answer. */
  end: number | undefined;
  /** Where the first open transaction began as of the last answer; the end of the log if there was none. */
  stableEnd: number | undefined;
  /** Monotonic time since which its leader has sent no records although the log has more. */
  stuckSince: number | undefined;
  /** First offset of a batch that was beyond the end that the last answer had. */
  beyondEnd: number | undefined;
  /** Monotonic time of the last answer. */
  answeredAt: number | undefined;
  /** Why it is not read now, and until when (monotonic). */
  blocked: { readonly error: pubsub_error; readonly until: number; readonly failures: number } | undefined;
}

/** The end of a log, and the end of its records that brokers deliver. */
export interface LogEnds {
  readonly highWatermark: number;
  readonly stableEnd: number;
}

/** Why the position in a partition changed. */
export type position_reset_reason =
  /** Retention or a person deleted records before they were read. */
  | 'records_deleted'
  /** The log ends before records that were read from it: the brokers lost records. */
  | 'log_shorter'
  /** The topic was deleted and created again. */
  | 'topic_replaced';

export interface PositionReset {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly reason: position_reset_reason;
}

/** Where reading continues, and why there. */
interface Found {
  readonly to: number;
  readonly reason: position_reset_reason;
  /** From where on the log has lost the records that were read. @default all of them, unless they were only deleted */
  readonly cutFrom?: number;
}

export interface OwnershipEvents {
  /** Partitions, generation or readiness changed. */
  changed(): void;
  /** A broker answered for a partition. */
  answered(owned: OwnedPartition): void;
  /** Positions could not be found. @returns milliseconds until the next attempt; undefined: there is none */
  failed(error: pubsub_error, retries: RetryPolicy): number | undefined;
  reset(reset: PositionReset): void;
}

/** What is needed to find positions. */
export interface OwnershipParts {
  readonly group: GroupReader;
  readonly policy: PositionPolicy;
  commit(offsets: ReadonlyMap<number, number>): Promise<boolean>;
  /** Reads the topic's metadata again. Rejects if the topic does not exist. */
  refresh(): Promise<unknown>;
  /** A new policy for an operation of a member that has joined. */
  retries(): RetryPolicy;
  /** Ends every wait. */
  readonly signal: AbortSignal;
}

// The time limit of one attempt to find positions; another join interrupts it anyway.
const FIND_MS = 60_000;
const RETRY_MS = 100;

/** Which partitions this member owns, from join to join, and its position in each. */
export class Ownership {
  readonly #parts: OwnershipParts;
  readonly #events: OwnershipEvents;
  readonly #owned = new Map<number, OwnedPartition>();
  /** Also of partitions that were lost: their last records may be committed later. */
  readonly #epochs = new Map<number, LeaderEpochs>();
  /** Lasts longer than a join: a group that often rebalances does not prolong the time for denials. */
  readonly #startRetries: RetryPolicy;
  #generation: number;
  #joins = 0;
  #since = 0;
  #joinedAt: number | undefined;
  #joining = true;
  #startsFixed = false;

  /** @param generation the number from which joins are counted */
  constructor(parts: OwnershipParts, events: OwnershipEvents, generation: number) {
    this.#parts = parts;
    this.#events = events;
    this.#startRetries = parts.retries();
    this.#generation = generation;
  }

  /** The number of joins. The partitions of one generation are owned until the next. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * True if this member has joined, no record that is published from now on can be missed, and brokers have answered
   * for the partitions that are read.
   */
  get settled(): boolean {
    if (this.#joining || !this.#startsFixed) return false;
    const { group } = this.#parts;
    for (const { partition, flowing, answeredAt, blocked } of this.#owned.values())
      if (flowing && answeredAt === undefined && blocked === undefined && group.led([partition]).length > 0)
        return false;
    return true;
  }

  /** Monotonic time of the last join. */
  get joinedAt(): number | undefined {
    return this.#joining ? undefined : this.#joinedAt;
  }

  get partitions(): readonly number[] {
    return [...this.#owned.keys()].sort((a, b) => a - b);
  }

  /** The epoch of the leader that wrote the record before this offset; undefined: unknown. */
  epochBefore(partition: number, offset: number): number | undefined {
    return this.#epochs.get(partition)?.before(offset);
  }

  get all(): Iterable<OwnedPartition> {
    return this.#owned.values();
  }

  /** The partition's state if its records may be delivered now. */
  flowing(partition: number): OwnedPartition | undefined {
    const owned = this.#owned.get(partition);
    return owned?.flowing === true && !this.#joining ? owned : undefined;
  }

  joinBegins(): MemberData {
    this.#joining = true;
    const { policy, group } = this.#parts;
    return policy.memberData(this.#positions(), this.#since, group.topicId);
  }

  joined({ past, partitions, alone }: Assignment): void {
    const facts: JoinFacts = { alone, first: this.#joins === 0 };
    this.#joins += 1;
    this.#generation += 1;
    this.#since = Date.now();
    this.#joinedAt = performance.now();
    this.#joining = false;

    const { topicId } = this.#parts.group;
    const lost = new Map<number, number | undefined>();
    for (const [partition, owned] of this.#owned)
      if (!partitions.includes(partition))
        lost.set(partition, isReplaced(owned.topicId, topicId) ? undefined : owned.position);
    for (const partition of lost.keys()) this.#owned.delete(partition);

    const wanted: number[] = [];
    const known = new Map<number, LogPosition>();
    for (const partition of partitions) {
      const before = this.#owned.get(partition);
      if (past === 'kept' && before?.flowing === true) continue;
      // It may have been another member's meanwhile: its records are given up like those of a lost one.
      if (past !== 'kept' && before !== undefined) lost.set(partition, undefined);
      const isOfThisTopic = before?.topicId === topicId;
      if (before?.flowing === true && before.position !== undefined && isOfThisTopic)
        known.set(partition, {
          offset: before.position,
          epoch: before.epochs.last < 0 ? undefined : before.epochs.last,
        });
      this.#owned.set(partition, atRest(partition, this.#epochsOf(partition)));
      wanted.push(partition);
    }
    if (lost.size > 0) this.#parts.policy.lost(lost, past !== 'new', topicId);
    this.#startsFixed = wanted.length === 0;
    this.#start(wanted.length > 0 ? this.#findStarts(wanted, known, facts) : this.#noteSettled());
    this.#events.changed();
  }

  /** A broker answered for a partition. */
  answered(owned: OwnedPartition, { highWatermark, stableEnd }: LogEnds): void {
    const isFirst = owned.answeredAt === undefined;
    owned.answeredAt = performance.now();
    owned.end = highWatermark;
    owned.stableEnd = stableEnd;
    this.#events.answered(owned);
    if (isFirst) this.#events.changed();
  }

  /**
   * The position is outside the log, as its leader says: before its start, or beyond its end.
   *
   * @param refusal applies if the position turns out to be inside the log
   */
  outOfRange(owned: OwnedPartition, refusal: NonNullable<OwnedPartition['blocked']>): void {
    const look = async (from: number): Promise<Found | undefined> => {
      await this.#parts.refresh();
      const [start, end] = await this.#range(owned.partition);
      if (from < start) return { to: start, reason: 'records_deleted' };
      // Records that were written since then may hide that the log was shorter: a position that is inside the log
      // again is kept.
      if (from > end) return { to: start, reason: 'log_shorter' };
      // A leader also refuses an epoch that it does not know.
      if (refusal.failures > 1) owned.epochs.doubtLast();
      return undefined;
    };
    this.#relocate(owned, look, refusal);
  }

  /**
   * The log differs from the one that was read: it has no record of the epoch that was asked for. The newest epoch
   * before that one ends at this offset, and what was read with a later epoch is not in the log, wherever it was.
   */
  diverged(owned: OwnedPartition, { epoch, offset: at }: Divergence): void {
    const asked = owned.epochs.last;
    this.#relocate(owned, async (from) => {
      const [start] = await this.#range(owned.partition);
      const cutFrom = Math.min(at, owned.epochs.firstAfter(epoch) ?? at, from);
      // Only once for each epoch, unless the log ends here: a leader that does not know the epochs of its own records
      // would have them read for ever.
      const isDoubtful = at >= from && owned.divergedEpoch === asked;
      if ((cutFrom === from || isDoubtful) && start <= from) {
        owned.epochs.doubtLast();
        return undefined;
      }
      owned.divergedEpoch = asked;
      return { to: Math.max(start, cutFrom), reason: 'log_shorter', cutFrom };
    });
  }

  /** The topic was deleted and created again: all its records are new. */
  topicReplaced(): void {
    const { group, policy } = this.#parts;
    const there = new Set(group.partitionIds());
    for (const owned of this.#owned.values()) {
      if (owned.topicId === group.topicId) continue;
      // At once: a claim on the old log in a join would make others wait for commits that mean nothing.
      policy.cutOff(owned.partition);
      if (!there.has(owned.partition)) {
        owned.flowing = false;
        owned.position = undefined;
        continue;
      }
      this.#relocate(owned, () => Promise.resolve(undefined));
    }
  }

  /** @param look applies only to the topic that the position is of: if there is another one, reading starts there */
  #relocate(
    owned: OwnedPartition,
    look: (from: number) => Promise<Found | undefined>,
    refusal?: OwnedPartition['blocked'],
  ): void {
    // A position that is being found is looked up in the current log anyway.
    if (!owned.flowing || owned.position === undefined) return;
    owned.flowing = false;
    const from = owned.position;
    const current = (): boolean => this.#owned.get(owned.partition) === owned;
    this.#start(
      this.#persist(current, this.#parts.retries(), async () => {
        // In this order: the topic may be replaced while the log is looked at.
        const inThisTopic = await look(from);
        const found = (await this.#startIfReplaced(owned)) ?? inThisTopic;
        if (!current()) return true;
        if (found !== undefined) this.#moveTo(owned, from, found);
        owned.blocked = found === undefined ? refusal : undefined;
        owned.flowing = true;
        this.#events.changed();
        return true;
      }),
    );
  }

  async #startIfReplaced({ topicId, partition }: OwnedPartition): Promise<Found | undefined> {
    if (!isReplaced(topicId, this.#parts.group.topicId)) return undefined;
    const [start] = await this.#range(partition);
    return { to: start, reason: 'topic_replaced' };
  }

  #moveTo(owned: OwnedPartition, from: number, { to, reason, cutFrom }: Found): void {
    const { partition } = owned;
    const { policy } = this.#parts;
    if (cutFrom !== undefined) policy.cutFrom(partition, cutFrom);
    // Records that were read stay done if they are deleted later.
    else if (reason !== 'records_deleted') policy.cutOff(partition);
    policy.moved(partition, to);
    if (cutFrom === to) owned.epochs.cutFrom(to);
    else owned.epochs.startAt({ offset: to, epoch: undefined });
    owned.position = to;
    owned.stuckSince = undefined;
    owned.topicId = this.#parts.group.topicId;
    owned.epochs.doubtLast();
    this.#events.reset({ partition, from, to, reason });
  }

  async #range(partition: number): Promise<[start: number, end: number]> {
    const { group } = this.#parts;
    const [starts, ends] = await Promise.all([group.starts([partition]), group.ends([partition])]);
    return [starts.get(partition) ?? 0, ends.get(partition) ?? 0];
  }

  async #findStarts(
    partitions: readonly number[],
    known: ReadonlyMap<number, LogPosition>,
    facts: JoinFacts,
  ): Promise<void> {
    const { group, policy, commit, signal } = this.#parts;
    const deadline = new Deadline(FIND_MS, signal);
    const current = this.#untilNextJoin();
    const ready = (): void => {
      if (this.#startsFixed || !current()) return;
      this.#startsFixed = true;
      this.#events.changed();
    };
    let missing = partitions;
    await this.#persist(current, this.#startRetries, async () => {
      const { topicId } = group;
      const starts = await policy.find({
        group,
        commit,
        partitions: missing,
        known,
        epochBefore: (partition, offset) => this.epochBefore(partition, offset),
        facts,
        current,
        deadline,
        ready,
      });
      this.#startRetries.allowed();
      if (!current()) return true;
      // The topic was created again meanwhile: these offsets are of the old one.
      if (isReplaced(topicId, group.topicId)) return false;
      for (const [partition, start] of starts) {
        const owned = this.#owned.get(partition);
        if (owned === undefined || owned.flowing) continue;
        owned.position = start.offset;
        owned.epochs.startAt(start);
        owned.topicId = topicId ?? group.topicId;
        owned.flowing = true;
        if (start.insteadOf === undefined) continue;
        policy.moved(partition, start.offset);
        this.#events.reset({ partition, from: start.insteadOf, to: start.offset, reason: 'topic_replaced' });
      }
      missing = missing.filter((partition) => !starts.has(partition));
      if (missing.length === 0) ready();
      this.#events.changed();
      await this.#throwIfWithoutLeader(missing);
      return missing.length === 0;
    });
    if (missing.length > 0) return;
    this.#startRetries.succeeded();
    await this.#noteSettled();
  }

  /** The group has assigned all partitions that there are now. The last metadata may be older than the join. */
  async #noteSettled(): Promise<void> {
    const { group, policy, refresh } = this.#parts;
    const current = this.#untilNextJoin();
    await policy.settled(async () => {
      const isKnown = await refresh().then(
        () => true,
        () => false,
      );
      return isKnown && current() ? group.partitionIds().length : undefined;
    });
  }

  /** True until another join begins. */
  #untilNextJoin(): () => boolean {
    const generation = this.#generation;
    return () => this.#generation === generation && !this.#joining;
  }

  #epochsOf(partition: number): LeaderEpochs {
    const epochs = this.#epochs.get(partition) ?? new LeaderEpochs();
    this.#epochs.set(partition, epochs);
    return epochs;
  }

  async #throwIfWithoutLeader(partitions: readonly number[]): Promise<void> {
    const { group, refresh } = this.#parts;
    const led = group.led(partitions);
    const without = partitions.find((partition) => !led.includes(partition));
    if (without === undefined) return;
    await refresh();
    throw noLeader(group.topic, without);
  }

  /** Repeats the attempt until it succeeds or is not wanted any more. */
  async #persist(wanted: () => boolean, retries: RetryPolicy, attempt: () => Promise<boolean>): Promise<void> {
    const { signal, group } = this.#parts;
    const retrying = new Deadline(Number.POSITIVE_INFINITY, signal);
    while (wanted() && !signal.aborted) {
      let pauseMs = RETRY_MS;
      try {
        if (await attempt()) return;
      } catch (error) {
        if (!wanted() || isAborted(signal)) return;
        const found = toPubsubError(error, 'positions', { topic: group.topic, group: group.group });
        const failedPauseMs = this.#events.failed(found, retries);
        if (failedPauseMs === undefined) return;
        pauseMs = failedPauseMs;
      }
      await retrying.pause(pauseMs, { stage: 'positions', what: 'the next attempt' }).catch(() => undefined);
    }
  }

  #start(work: Promise<void>): void {
    work.catch((error: unknown) => this.#events.failed(toPubsubError(error, 'positions'), this.#startRetries));
  }

  #positions(): Map<number, number | undefined> {
    return new Map(
      [...this.#owned].map(([partition, { position, flowing }]) => [partition, flowing ? position : undefined]),
    );
  }
}

function atRest(partition: number, epochs: LeaderEpochs): OwnedPartition {
  const unknown = {
    position: undefined,
    topicId: undefined,
    divergedEpoch: undefined,
    end: undefined,
    stableEnd: undefined,
    stuckSince: undefined,
    beyondEnd: undefined,
    answeredAt: undefined,
    blocked: undefined,
  };
  return { partition, flowing: false, epochs, ...unknown };
}
