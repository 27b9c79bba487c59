import { isAborted, pause } from '../../base/abort.js';
import { Deadline, type WaitSubject } from '../../base/deadline.js';
import { logFields, pubsub_error } from '../../base/error.js';
import type { metrics } from '../../base/ports.js';
import { Cluster } from '../client/cluster.js';
import type { KafkaConnection } from '../connection.js';
import { toPubsubError } from '../client/errors.js';
import { explainConnectionFailure } from '../client/explain.js';
import type { RecordSink } from '../records/record-sink.js';
import type { CommittingGroup, Standing } from './commit-book.js';
import { consumerHealth, type ConsumerFacts, type ConsumerHealth } from './consumer-health.js';
import { ConsumerState, type ConsumerSnapshot } from './consumer-state.js';
import { GroupSession, type GroupSessionOptions } from './group-session.js';
import type { PositionReset } from './ownership.js';
import type { PositionPolicy } from './position-policy.js';
import { PauseWatch } from '../client/pause-watch.js';
import { RetryPolicy } from '../client/retry-policy.js';

export interface GroupConsumerOptions extends GroupSessionOptions {
  readonly metrics: metrics;
  /** Called when a position has moved, after the move was counted and logged. */
  readonly onReset: ((reset: PositionReset) => void) | undefined;
}

/** How often the health of the consumer is checked. */
const WATCH_MS = 250;
/** After a pause of this process for this long, silence of others proves nothing. */
const PAUSE_MS = 2_000;
/**
 * How long to wait for a coordinator when leaving. One that cannot be reached notices by itself that a member has
 * left.
 */
const LEAVE_MS = 2_000;

/**
 * A supervised member of a consumer group. Failures are retried for as long as the member lives; an error that only a
 * person can fix ends it and is reported.
 */
export class GroupConsumer implements CommittingGroup {
  readonly #connection: KafkaConnection;
  readonly #options: GroupConsumerOptions;
  readonly #policy: PositionPolicy;
  readonly #sink: RecordSink;
  readonly #state: ConsumerState;
  /** Ends the current supervision. */
  #ending = new AbortController();
  readonly #closing = new AbortController();
  /** Callers of `connect` that still wait. */
  #waiting = 0;
  #session: GroupSession | undefined;
  #supervision: Promise<void> | undefined;
  #restarts = 0;
  #generation = 0;
  #resets = 0;
  #gapRecords = 0;
  /** The failure of the last attempt, while its cause is being looked for. */
  #unexplained: pubsub_error | undefined;
  #failures: ConsumerFacts['failures'] = { reading: undefined, membership: undefined };
  #watch: NodeJS.Timeout | undefined;
  readonly #pauses = new PauseWatch(PAUSE_MS);

  constructor(connection: KafkaConnection, options: GroupConsumerOptions, policy: PositionPolicy, sink: RecordSink) {
    this.#connection = connection;
    this.#options = options;
    this.#policy = policy;
    this.#sink = sink;
    this.#state = new ConsumerState(
      { topic: options.topic, group: options.groupId, logger: connection.logger },
      {
        session: () => this.#session,
        facts: () => this.#facts(),
        generation: () => this.#session?.ownership.generation ?? this.#generation,
      },
    );
  }

  /** The same object until something changes, because every request reads it. */
  get snapshot(): ConsumerSnapshot {
    return this.#state.snapshot;
  }

  /** As `snapshot`, judged now. It costs more. */
  get current(): ConsumerSnapshot {
    return this.#state.current;
  }

  /** Attempts that followed a failure of the membership or of reading. */
  get restarts(): number {
    return this.#restarts;
  }

  /** How often the position in a partition changed. */
  get positionResets(): number {
    return this.#resets;
  }

  /** Records that were deleted before they were read. */
  get gapRecords(): number {
    return this.#gapRecords;
  }

  /** `none` when the group may have given this member's partitions to others. */
  get standing(): Standing {
    return this.#session?.standing ?? 'none';
  }

  /** The error that only a person can fix, and that ended this consumer. */
  get ended(): pubsub_error | undefined {
    return this.#state.name === 'failed' ? this.#state.error : undefined;
  }

  /** The id of the topic, as of the last metadata; undefined if it is not known. */
  get topicId(): string | undefined {
    return this.#session?.topicId;
  }

  /** False: the topic has no partition of this number, as of the last metadata. */
  exists(partition: number): boolean {
    return this.#session?.exists(partition) !== false;
  }

  /** True while records that are published now would be received. */
  get connected(): boolean {
    return this.#state.name === 'ready' && this.health.problems.length === 0;
  }

  get health(): ConsumerHealth {
    return consumerHealth(this.#facts());
  }

  #facts(): ConsumerFacts {
    const session = this.#session;
    const { topic, groupId } = this.#options;
    return {
      now: performance.now(),
      topic,
      group: groupId,
      settled: session?.ownership.settled === true,
      joinedAt: session?.ownership.joinedAt,
      leaseValid: session?.lease.valid === true,
      isRemoved: session?.lease.isEnded === true,
      heartbeatAgeMs: session?.lease.ageMs,
      patienceMs: this.#patienceMs,
      topicMissing: session?.isTopicMissing === true,
      runsSince: this.#pauses.runsSince,
      partitions: session?.ownership.all ?? [],
      failures: this.#failures,
      throttledUntil: (owned) => session?.throttledUntil(owned) ?? Number.NEGATIVE_INFINITY,
      isHeldBack: (owned) => session?.isHeldBack(owned) === true,
      hasLeader: (owned) => session?.hasLeader(owned) !== false,
    };
  }

  /** A leader that has not answered a fetch for this long counts as a problem. */
  get #patienceMs(): number {
    const { fetchMaxWaitMs, heartbeatIntervalMs } = this.#options;
    return 2_000 + fetchMaxWaitMs + 2 * heartbeatIntervalMs;
  }

  /**
   * Commits offsets of this member's partitions. Returns false if this process is not a member now; nothing was
   * committed then.
   */
  readonly commit = async (offsets: ReadonlyMap<number, number>): Promise<boolean> =>
    (await this.#session?.commit(offsets)) === true;

  /** Called at every change of state, ownership or readiness. */
  onChange(listener: (snapshot: ConsumerSnapshot) => void): () => void {
    return this.#state.onChange(listener);
  }

  /**
   * Resolves when the group is joined and start positions are fixed. Failures that may pass are retried until the
   * deadline; others reject at once. After a rejection nothing continues in the background, and the consumer may be
   * connected again.
   */
  async connect(deadline: Deadline): Promise<void> {
    deadline.check(this.#joining());
    // An attempt that was given up may not have ended yet.
    while (this.#supervision !== undefined && (isAborted(this.#ending.signal) || this.#state.name === 'failed'))
      await deadline.race(this.#supervision, this.#joining());
    if (isAborted(this.#closing.signal)) throw disposed();
    if (this.#supervision === undefined) {
      this.#state.begin();
      this.#supervision = this.#supervise().finally(() => (this.#supervision = undefined));
    }
    this.#waiting += 1;
    try {
      await deadline.race(this.#ready(), this.#joining());
    } catch (error) {
      if (this.#waiting === 1 && !this.#state.wasReady) await this.#end(new Deadline(1_000));
      throw error;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Leaves the group and disconnects; it may be connected again. */
  leave(deadline: Deadline): Promise<void> {
    return this.#end(deadline);
  }

  /** Leaves the group and disconnects for good. Idempotent. */
  async close(deadline: Deadline): Promise<void> {
    this.#closing.abort();
    await this.#end(deadline);
    this.#state.set('closed');
  }

  async #end(deadline: Deadline): Promise<void> {
    this.#ending.abort();
    const over = { stage: 'dispose', what: 'the end of the membership' } as const;
    const session = this.#session;
    const leaving = new Deadline(Math.min(deadline.remainingMs(), LEAVE_MS), deadline.signal);
    await session?.leave(leaving).catch((error: unknown) =>
      this.#connection.logger.warn(
        'the group was not left; the coordinator removes the member after the session time-out',
        {
          group: this.#options.groupId,
          ...logFields(pubsub_error.from(error, 'dispose')),
        },
      ),
    );
    session?.close();
    if (this.#supervision !== undefined) await deadline.race(this.#supervision, over).catch(() => undefined);
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = ({ state, error }: ConsumerSnapshot): boolean => {
        if (state === 'ready') resolve();
        else if (state === 'failed') reject(error ?? new pubsub_error('internal', 'connect', 'failed without a cause'));
        else if (state === 'closed') reject(disposed());
        else return false;
        return true;
      };
      if (look(this.snapshot)) return;
      const stop = this.onChange((snapshot) => {
        if (look(snapshot)) stop();
      });
    });
  }

  /** Never rejects. */
  async #supervise(): Promise<void> {
    this.#ending = new AbortController();
    const { signal } = this.#ending;
    this.#pauses.look();
    this.#watch = setInterval(() => {
      this.#pauses.look();
      this.#update();
    }, WATCH_MS);
    this.#watch.unref();
    let cluster: Cluster | undefined;
    try {
      cluster = new Cluster(this.#connection, this.#options.topic);
      const retries = new RetryPolicy(this.#connection.retryDeniedMs);
      const session = new GroupSession(cluster, this.#options, this.#policy, this.#sink, retries, this.#generation, {
        changed: () => this.#update(),
        failed: (error) => this.#failed(error),
        reset: (reset) => this.#noteReset(reset),
      });
      this.#session = session;
      await this.#open(session, retries, signal);
      if (!isAborted(signal)) await session.run(signal);
      this.#state.set('idle');
    } catch (thrown) {
      this.#finish(toPubsubError(thrown, 'join', { topic: this.#options.topic, group: this.#options.groupId }));
    } finally {
      clearInterval(this.#watch);
      this.#generation = this.#session?.ownership.generation ?? this.#generation;
      // If an error ended the session, the group is left here.
      await this.#session?.leave(new Deadline(1_000)).catch(() => undefined);
      this.#session?.close();
      this.#session = undefined;
      this.#policy.membershipEnded();
      cluster?.close();
    }
  }

  async #open(session: GroupSession, retries: RetryPolicy, signal: AbortSignal): Promise<void> {
    const { topic, groupId: group } = this.#options;
    while (!signal.aborted) {
      try {
        await session.open();
        return;
      } catch (thrown) {
        if (isAborted(signal)) return;
        this.#unexplained = toPubsubError(thrown, 'connect', { topic, group });
        const error = await explainConnectionFailure(this.#connection, this.#unexplained, signal);
        this.#unexplained = undefined;
        if (isAborted(signal)) return;
        const pauseMs = retries.pauseAfter(error, performance.now());
        if (pauseMs === undefined) throw error;
        this.#failed(error);
        await pause(pauseMs, signal);
      }
    }
  }

  #failed(error: pubsub_error): void {
    const { topic, metrics } = this.#options;
    const isNews = this.#state.noteError(error);
    const failure = { at: performance.now(), error };
    // Why a broker is silent: one that refuses a partition, or whose batch cannot be read, has answered.
    if (error.stage === 'receive' && error.details['partition'] === undefined)
      this.#failures = { ...this.#failures, reading: failure };
    if (error.stage === 'join') this.#failures = { ...this.#failures, membership: failure };
    this.#restarts += 1;
    metrics.count('consumer_restarts', 1, { topic, code: error.code });
    if (isNews) this.#connection.logger.warn('the member failed and is retried', { topic, ...logFields(error) });
    this.#update();
  }

  #noteReset(reset: PositionReset): void {
    const { topic, metrics, onReset } = this.#options;
    const { partition, from, to, reason } = reset;
    this.#resets += 1;
    metrics.count('position_resets', 1, { topic, reason });
    if (reason === 'records_deleted') {
      this.#gapRecords += to - from;
      metrics.count('records_skipped_by_gap', to - from, { topic });
    }
    this.#connection.logger.warn('the position in a partition changed: reading continues at another offset', {
      topic,
      partition,
      from,
      to,
      reason,
    });
    onReset?.(reset);
  }

  /** Ends the consumer with an error that only a person can fix. */
  #finish(error: pubsub_error): void {
    this.#state.noteError(error);
    if (this.#state.wasReady)
      this.#connection.logger.error('the member ended and is not retried', {
        topic: this.#options.topic,
        group: this.#options.groupId,
        code: error.code,
        ...logFields(error),
      });
    this.#state.set('failed');
  }

  #update(): void {
    if (this.#session !== undefined && !isAborted(this.#ending.signal)) this.#state.update(this.#session);
  }

  #joining(): WaitSubject {
    return {
      stage: 'join',
      what: `membership of group ${this.#options.groupId} on topic ${this.#options.topic}`,
      cause: () => this.snapshot.error ?? this.#unexplained,
      because: () => this.#session?.silence,
    };
  }
}

function disposed(): pubsub_error {
  return new pubsub_error('disposed', 'connect', 'this subscriber is disposed');
}
