import type { Deadline, WaitSubject } from '../../base/deadline.js';
import { logFields, pubsub_error } from '../../base/error.js';
import type { logger, metrics } from '../../base/ports.js';
import { LogLimit } from '../../base/log-limit.js';
import { backoffMs } from '../client/backoff.js';
import { OffsetTracker } from './offset-tracker.js';
import { isReplaced } from './topic-id.js';

/** Whether a record may be handled now. */
export type MayStart = 'yes' | 'hold' | 'drop';

/**
 * One partition, from its assignment to this member until it is lost. Records keep a reference, so that a late
 * acknowledgement counts for the assignment that it belongs to.
 */
export interface Tenure {
  readonly partition: number;
  readonly tracker: OffsetTracker;
  /** Undefined while this member owns the partition; afterwards the offset up to which it still handles records. */
  departingUntil: number | undefined;
  over: boolean;
  /** The id of the topic that its records are of; undefined: the brokers give topics no ids. */
  readonly topicId: string | undefined;
  /** The log does not have its records any more: they are handled, and nothing is committed. */
  detached: boolean;
  lastCommitted: number | undefined;
}

/**
 * What this process is in its group, as far as it can know. `joining`: the group knows it and waits for it, so that the
 * records that it handles are still its own. `none`: the group may have given its partitions to others.
 */
export type Standing = 'member' | 'joining' | 'none';

/** The group that offsets are committed to. */
export interface CommittingGroup {
  /** Returns false if this process is not a member now; nothing was committed then. */
  readonly commit: (offsets: ReadonlyMap<number, number>) => Promise<boolean>;
  /** Read before the handling of a record starts: only a member starts new ones, and without standing nothing starts. */
  readonly standing: Standing;
  /** The id of the topic that commits are for now; undefined: not known. */
  readonly topicId: string | undefined;
  /** The error that ended the membership for good: no commit can succeed any more. */
  readonly ended: pubsub_error | undefined;
}

export interface CommitBookOptions {
  readonly intervalMs: number;
  /** For how long records of a partition that was given up may still be handled. */
  readonly handoverMs: number;
  readonly logger: logger;
  readonly metrics: metrics;
}

const FAILURE_LOG_MS = 5_000;
/** Longer than any rebalance of members that answer. */
const POSTPONED_MS = 5_000;

/** Which records are done, and their commits: contiguous offsets, at an interval, and at the end. */
export class CommitBook {
  readonly #options: CommitBookOptions;
  readonly #tenures = new Map<number, Tenure>();
  readonly #departing = new Set<Tenure>();
  /** The last tenure that was lost, by partition. Its records may still be done. */
  readonly #lost = new Map<number, Tenure>();
  readonly #changed = new Set<() => void>();
  #group: CommittingGroup | undefined;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #committing: Promise<void> | undefined;
  /** The failure of the last commit. */
  #failure: pubsub_error | undefined;
  /** Monotonic time since which the group puts commits off, although this process is a member. */
  #postponedSince: number | undefined;
  readonly #failureLog = new LogLimit(FAILURE_LOG_MS);

  constructor(options: CommitBookOptions) {
    this.#options = options;
  }

  attach(group: CommittingGroup): void {
    this.#group = group;
    this.#timer ??= setInterval(() => this.#commitSoon(), this.#options.intervalMs);
    this.#timer.unref();
  }

  tenureOf(partition: number): Tenure {
    let tenure = this.#tenures.get(partition);
    if (tenure === undefined) {
      tenure = {
        partition,
        tracker: new OffsetTracker(),
        departingUntil: undefined,
        over: false,
        topicId: this.#group?.topicId,
        detached: false,
        lastCommitted: undefined,
      };
      this.#tenures.set(partition, tenure);
    }
    return tenure;
  }

  /** All records of a partition before this offset were delivered, or will never be. */
  passed(partition: number, nextOffset: number): void {
    this.tenureOf(partition).tracker.passed(nextOffset);
  }

  committedElsewhere(partition: number, offset: number): void {
    this.tenureOf(partition).lastCommitted = offset;
  }

  /** This process is a member again: records that were held may start. */
  release(): void {
    for (const listener of [...this.#changed]) listener();
  }

  /** Calls back when records that were held may start. */
  onRelease(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  mayStart({ tracker, departingUntil, over, detached }: Tenure, offset: number): MayStart {
    if (over) return 'drop';
    if (departingUntil !== undefined && offset >= departingUntil) return 'drop';
    const standing = this.#group?.standing;
    if (standing === 'none') return 'hold';
    if (departingUntil !== undefined || detached) return 'yes';
    return standing === 'joining' && offset >= (tracker.startedUntil ?? 0) ? 'hold' : 'yes';
  }

  done(tenure: Tenure, offset: number): void {
    tenure.tracker.done(offset);
    const { departingUntil, tracker } = tenure;
    // The next owner of the partition waits for this commit.
    if (departingUntil !== undefined && (tracker.committable ?? 0) >= departingUntil) this.#commitSoon();
  }

  /**
   * The offset, per partition, up to which records are being handled. The next owner of the partition waits for that
   * commit.
   */
  busyUntil(): Map<number, number> {
    const busy = new Map<number, number>();
    for (const tenure of this.#committed()) {
      const { startedUntil } = tenure.tracker;
      if (startedUntil !== undefined && startedUntil > (tenure.lastCommitted ?? 0))
        busy.set(tenure.partition, startedUntil);
    }
    return busy;
  }

  /**
   * The partition was assigned to another member, which waits for `handoverMs` at most until this one has committed
   * the records that it handles.
   */
  depart(partition: number): void {
    const tenure = this.#tenures.get(partition);
    if (tenure === undefined) return;
    this.#tenures.delete(partition);
    tenure.departingUntil = tenure.tracker.startedUntil ?? 0;
    this.#departing.add(tenure);
    const timer = setTimeout(() => this.#over(tenure), this.#options.handoverMs);
    timer.unref();
  }

  /** True if this member still handles records of one of these partitions, which it has given up. */
  isDeparting(partitions: readonly number[]): boolean {
    for (const { partition } of this.#departing) if (partitions.includes(partition)) return true;
    return false;
  }

  /**
   * The topic was replaced: records that were read from the old log are handled, but their offsets mean nothing in
   * the new one.
   */
  detach(partition: number): void {
    for (const tenure of this.#all()) if (tenure.partition === partition) tenure.detached = true;
    this.#tenures.delete(partition);
    this.#lost.delete(partition);
  }

  /**
   * The log has lost its records from this offset on. Those before it are handled and committed as before; those that
   * were lost are handled, and nothing is committed for them.
   */
  cutFrom(partition: number, at: number): void {
    // What is left of an earlier assignment was handled before this one began, or no caller waits for it any more.
    for (const tenure of this.#departing) if (tenure.partition === partition) tenure.detached = true;
    const tenure = this.tenureOf(partition);
    tenure.tracker.cutFrom(at);
    // The group has a higher offset, which must be replaced.
    if ((tenure.lastCommitted ?? 0) > at) tenure.lastCommitted = undefined;
  }

  /** The membership is over: others may handle everything that was not committed. */
  dropAll(): void {
    for (const tenure of this.#departing) this.#over(tenure);
    for (const partition of [...this.#tenures.keys()]) this.drop(partition);
  }

  /** The partition was lost, or may have been: earlier acknowledgements have no effect any more. */
  drop(partition: number): void {
    const tenure = this.#tenures.get(partition);
    if (tenure === undefined) return;
    this.#tenures.delete(partition);
    this.#over(tenure);
    if (tenure.tracker.startedUntil !== undefined) this.#lost.set(partition, tenure);
  }

  /**
   * The offset up to which this member has handled the records of a partition that it lost and got back, if no other
   * member has committed an offset there. Without this, a record whose handling takes longer than the session would be
   * handled repeatedly.
   *
   * @param committed what the group has committed now; undefined: nothing
   */
  doneWhileLost(partition: number, committed: number | undefined): number | undefined {
    const tenure = this.#lost.get(partition);
    this.#lost.delete(partition);
    if (tenure === undefined || tenure.detached || isReplaced(tenure.topicId, this.#group?.topicId)) return undefined;
    const { lastCommitted, tracker } = tenure;
    const isUnchanged = lastCommitted === committed;
    return isUnchanged && (tracker.committable ?? 0) > (committed ?? 0) ? tracker.committable : undefined;
  }

  /**
   * Commits everything that is done. Rejects at the deadline, or with an error that does not pass: a topic that
   * does not exist, a denied right, the error that ended the membership.
   */
  async flush(deadline: Deadline): Promise<void> {
    for (let failures = 1; ; failures += 1) {
      await deadline.race(this.#commit(), flushing);
      if (this.#due().size === 0 || this.#group === undefined || this.#closed) return;
      if (this.#group.ended !== undefined) throw this.#group.ended;
      if (this.#failure !== undefined && final.has(this.#failure.code)) throw this.#failure;
      await deadline.pause(backoffMs(flushRetry, failures), flushing);
      deadline.check(flushing);
    }
  }

  close(): void {
    clearInterval(this.#timer);
    this.#closed = true;
    this.dropAll();
  }

  #over(tenure: Tenure): void {
    tenure.over = true;
    this.#departing.delete(tenure);
  }

  /** `#commitDue` reports its failures itself. */
  #commitSoon(): void {
    this.#commit().catch(() => undefined);
  }

  /** One commit at a time: an older one must not overtake a newer one. */
  #commit(): Promise<void> {
    this.#committing ??= this.#commitDue().finally(() => {
      this.#committing = undefined;
    });
    return this.#committing;
  }

  async #commitDue(): Promise<void> {
    const group = this.#group;
    const due = this.#due();
    if (group === undefined || this.#closed || due.size === 0 || group.ended !== undefined) return;
    this.#failure = undefined;
    try {
      const offsets = new Map([...due].map(([tenure, offset]) => [tenure.partition, offset]));
      if (!(await group.commit(offsets))) {
        this.#postponed(group);
        return;
      }
      this.#postponedSince = undefined;
      for (const [tenure, offset] of due) {
        // The log may have been cut meanwhile.
        const isStillDone = (tenure.tracker.committable ?? -1) >= offset;
        tenure.lastCommitted = isStillDone ? offset : undefined;
        if (tenure.departingUntil !== undefined && offset >= tenure.departingUntil) this.#over(tenure);
      }
      this.#options.metrics.count('commits', 1);
    } catch (error) {
      // The next interval tries again. Until then the records stay uncommitted, and after a crash they are handled
      // again.
      const reason = pubsub_error.from(error, 'commit');
      this.#failure = reason;
      this.#options.metrics.count('commit_failures', 1, { code: reason.code });
      this.#logFailure(reason);
    }
  }

  /** A rebalance postpones commits, and then ends. */
  #postponed({ standing }: CommittingGroup): void {
    const now = performance.now();
    this.#postponedSince = standing === 'member' ? (this.#postponedSince ?? now) : undefined;
    const ms = now - (this.#postponedSince ?? now);
    if (ms < POSTPONED_MS) return;
    const sentence = `the coordinator has accepted no commit of this member for ${Math.round(ms)} ms, because the group is rebalancing`;
    this.#logFailure(new pubsub_error('broker_unavailable', 'commit', sentence, { retryable: true }));
  }

  /** Logs nothing after `close`: the caller of `close` reports what was not committed. */
  #logFailure(reason: pubsub_error): void {
    if (this.#closed) return;
    const count = this.#failureLog.take();
    if (count !== undefined) this.#options.logger.warn('offsets were not committed', { ...logFields(reason), count });
  }

  /** The newer one of the same partition comes last. */
  #all(): Tenure[] {
    return [...this.#departing, ...this.#tenures.values()];
  }

  /** Those whose offsets mean something in the topic that commits are for. */
  #committed(): Tenure[] {
    const now = this.#group?.topicId;
    return this.#all().filter(({ detached, topicId }) => !detached && !isReplaced(topicId, now));
  }

  #due(): Map<Tenure, number> {
    const due = new Map<Tenure, number>();
    for (const tenure of this.#committed()) {
      const { committable } = tenure.tracker;
      if (committable !== undefined && committable > (tenure.lastCommitted ?? -1)) due.set(tenure, committable);
    }
    return due;
  }
}

/** Failures that do not end while a caller waits for the last commit. */
const final: ReadonlySet<string> = new Set(['topic_unknown', 'not_authorized']);
const flushRetry = { initialMs: 20, maxMs: 500 };
const flushing: WaitSubject = { stage: 'commit', what: 'the last commit' };
