import { pause } from '../../base/abort.js';
import { Chain } from '../../base/chain.js';
import { abortedError, type Deadline, type WaitSubject } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import type { metrics } from '../../base/ports.js';
import { RetryPolicy } from '../client/retry-policy.js';
import type { KafkaConnection, position } from '../connection.js';
import { THROTTLED } from '../client/throttle.js';
import { toPubsubError } from '../client/errors.js';
import { explainConnectionFailure } from '../client/explain.js';
import { AddedPartitions } from './added-partitions.js';
import { Lanes } from './lanes.js';
import { OpenRecord, sending, type Closing, type OutgoingRecord } from './open-record.js';
import type { Partitioner } from './partitioners.js';
import { TopicLink } from './topic-link.js';

export interface RecordProducerOptions {
  readonly partitioner: Partitioner;
  readonly metrics: metrics;
  /** The limit of records without an outcome; one more is refused immediately. */
  readonly maxPending: number;
  /** True if this client has reached another topic before. @default false */
  readonly clientWorked?: () => boolean;
}

/** The health of sending. */
export interface ProducerHealth {
  readonly ok: boolean;
  /** A sentence that says what is wrong; undefined if `ok`. */
  readonly problem: string | undefined;
  /** Milliseconds since the last acknowledgement; undefined before the first one. */
  readonly age_ms: number | undefined;
  /** How long the oldest record has waited for its acknowledgement, including records that expired without one. */
  readonly waiting_ms: number;
}

const SWEEP_MS = 20;
const LOOK_MS = 1_000;
/** If a record is not acknowledged for longer than this, sending does not work. */
const PATIENCE_MS = 4_000;
/** After this time without an expired or refused send, a response of the brokers is enough to report sending as working again. */
const QUIET_MS = 10_000;

/**
 * Writes records to one topic. Each `send` has its own outcome: the position that the broker acknowledged, or a typed
 * error. Connects automatically, and again after a failure.
 */
export class RecordProducer {
  readonly #connection: KafkaConnection;
  readonly #options: RecordProducerOptions;
  readonly #link: TopicLink;
  readonly #lanes: Lanes;
  readonly #added: AddedPartitions;
  /** Records without an outcome. */
  readonly #open = new Chain<OpenRecord>();
  /** Those of them that were sent before the partitions were known, in the order of the calls. */
  #inbox: OpenRecord[] = [];
  #sweeper: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #connecting: Promise<void> | undefined;
  #connected = false;
  /** `connect` was called. */
  #isWanted = false;
  readonly #closing = new AbortController();
  /** Callers of `connect` that still wait. */
  #waiters = 0;
  /** The last failure since a record was acknowledged. */
  #lastError: pubsub_error | undefined;
  #lastErrorAt = 0;
  #acknowledgedAt: number | undefined;
  /** The time since which nothing was acknowledged: when the first of the expired records was sent. */
  #silentSince: number | undefined;
  /** When a record was last given up: it expired, or the brokers refused it. */
  #givenUpAt = 0;
  /** The partition of the record that expired last. */
  #givenUpIn: number | undefined;
  /** The last refusal, until a record is acknowledged. */
  #refusal: pubsub_error | undefined;
  #drained: (() => void) | undefined;

  constructor(connection: KafkaConnection, topic: string, options: RecordProducerOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#link = new TopicLink(connection, topic);
    this.#lanes = new Lanes(this.#link, {
      topic,
      logger: connection.logger,
      metrics: options.metrics,
      retryDeniedMs: connection.retryDeniedMs,
      failed: (error) => this.#noteError(error),
      refused: (error) => {
        this.#refusal = error;
        this.#givenUpAt = performance.now();
      },
      unplaced: (record) => {
        if (record instanceof OpenRecord && !record.settled) this.#route(record);
      },
    });
    this.#added = new AddedPartitions(this.#link, {
      signal: this.#closing.signal,
      place: (record, partition) => this.#queue(record, partition),
      failed: (error) => this.#noteError(error),
    });
  }

  /** True once the topic was reached. */
  get hasConnected(): boolean {
    return this.#connected;
  }

  /** False: no caller has asked for this topic to be connected, and nothing waits for it. */
  get isNeeded(): boolean {
    return this.#connected || this.#isWanted || this.#open.size > 0;
  }

  /** True if a record that is sent now would be acknowledged. */
  get connected(): boolean {
    return this.health.ok;
  }

  /**
   * Ok: the topic exists, a connection is open, and no record has waited for long. Age: since the last acknowledgement.
   */
  get health(): ProducerHealth {
    const now = performance.now();
    const since = Math.min(this.#silentSince ?? now, this.#open.first?.openedAt ?? now);
    const waitingMs = now - since;
    const problem = this.#problem(waitingMs);
    return {
      ok: problem === undefined,
      problem,
      age_ms: this.#acknowledgedAt === undefined ? undefined : now - this.#acknowledgedAt,
      waiting_ms: waitingMs,
    };
  }

  #problem(waitingMs: number): string | undefined {
    const { topic, topicError, openConnections } = this.#link;
    if (!this.#connected || this.#closing.signal.aborted) {
      const why = this.#lastError === undefined ? '' : `: ${this.#lastError.raw_message}`;
      return `no connection to topic ${topic} has been made${why}`;
    }
    if (topicError !== undefined) return `topic ${topic} cannot be seen (${topicError})`;
    if (this.#refusal !== undefined)
      return `the last record for topic ${topic} was refused: ${this.#refusal.raw_message}`;
    const isThrottled = this.#isThrottled(this.#open.first?.queuedFor ?? this.#givenUpIn);
    if (waitingMs >= PATIENCE_MS)
      return `no record for topic ${topic} was acknowledged for ${Math.round(waitingMs)} ms${isThrottled ? `: ${THROTTLED}` : ''}`;
    return openConnections > 0 ? undefined : `no connection for topic ${topic} is open`;
  }

  /** Why records are not acknowledged now; undefined if they are. */
  get lastError(): pubsub_error | undefined {
    const { problem } = this.health;
    if (problem === undefined) return undefined;
    // Without a failure, a record is still waiting for its acknowledgement.
    const waits = { retryable: true, details: { topic: this.#link.topic } };
    return this.#lastError ?? new pubsub_error('broker_unavailable', 'send', problem, waits);
  }

  async connect(deadline: Deadline): Promise<void> {
    this.#refuseIfClosing();
    this.#isWanted = true;
    if (this.#connected) return;
    this.#waiters += 1;
    try {
      await deadline.race(this.#connect(), this.#waitingForBroker());
    } finally {
      this.#waiters -= 1;
    }
  }

  send(outgoing: OutgoingRecord, deadline: Deadline): Promise<position> {
    return new Promise<position>((resolve, reject) => this.post(outgoing, deadline, resolve, reject));
  }

  /**
   * `send` without a promise: one of the two functions is called, once.
   *
   * @throws pubsub_error errors that are found immediately: neither function is called then
   */
  post(
    outgoing: OutgoingRecord,
    deadline: Deadline,
    acknowledged: (position: position) => void,
    refused: (error: Error) => void,
  ): void {
    this.#refuseIfClosing();
    if (deadline.signal?.aborted) throw abortedError(sending, deadline.signal);
    const { isLimited = true } = outgoing;
    if (isLimited && this.#open.size >= this.#options.maxPending)
      throw overloaded(this.#options.maxPending, this.#link.topic);
    const record = new OpenRecord(outgoing, deadline, this.#link.topic, acknowledged, refused, this.#closeRecord);
    this.#open.add(record);
    this.#sweeper ??= setInterval(() => this.expire(), SWEEP_MS);
    if (this.#connected) {
      this.#route(record);
      return;
    }
    this.#inbox.push(record);
    // If it fails, the records in the inbox are rejected.
    this.#connect().catch(() => undefined);
  }

  /** Refuses new records, waits for the open ones until the deadline, then rejects those too and disconnects. */
  async close(deadline: Deadline): Promise<void> {
    this.#closing.abort();
    if (this.#open.size > 0) {
      const drained = new Promise<void>((resolve) => (this.#drained = resolve));
      await deadline.race(drained, sending).catch(() => undefined);
    }
    for (const record of [...this.#open]) record.reject(disposed());
    this.#lanes.close();
    clearInterval(this.#sweeper);
    clearInterval(this.#watch);
    this.#link.close();
  }

  #connect(): Promise<void> {
    this.#connecting ??= this.#connectUntilKnown().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connectUntilKnown(): Promise<void> {
    const retries = new RetryPolicy(this.#connection.retryDeniedMs, this.#options.clientWorked?.() === true);
    const { signal } = this.#closing;
    for (;;) {
      try {
        await this.#link.open();
        this.#connected = true;
        this.#watch ??= setInterval(() => this.#lookAgain(), LOOK_MS).unref();
        const waiting = this.#inbox;
        this.#inbox = [];
        for (const record of waiting) if (!record.settled) this.#route(record);
        return;
      } catch (thrown) {
        const error = await explainConnectionFailure(
          this.#connection,
          toPubsubError(thrown, 'connect', { topic: this.#link.topic }),
          signal,
        );
        this.#noteError(error);
        // During a long outage, the records that have expired would fill the memory.
        this.#inbox = this.#inbox.filter((record) => !record.settled);
        const pauseMs = retries.pauseAfter(error, performance.now());
        if (signal.aborted || pauseMs === undefined) {
          this.#refuseInbox(error);
          throw error;
        }
        this.#options.metrics.count('connect_retries', 1, { code: error.code });
        if (this.#waiters === 0 && this.#inbox.length === 0) throw error;
        await pause(pauseMs, signal);
      }
    }
  }

  /**
   * A broken connection or a deleted topic is also detected while nothing is sent, so that `connected` shows whether a
   * send would work.
   */
  #lookAgain(): void {
    if (this.#link.isCurrent && this.#silentSince === undefined && this.#refusal === undefined) return;
    this.#link.refresh().then(
      () => {
        const isQuiet = this.#open.size === 0 && performance.now() - this.#givenUpAt >= QUIET_MS;
        if (!isQuiet) return;
        this.#silentSince = undefined;
        this.#refusal = undefined;
      },
      (thrown: unknown) => {
        this.#noteError(toPubsubError(thrown, 'connect', { topic: this.#link.topic }));
      },
    );
  }

  #route(record: OpenRecord): void {
    const count = this.#link.partitionCount;
    const { partition: named, key } = record;
    if (named === undefined) {
      this.#queue(record, key === null ? Math.floor(Math.random() * count) : this.#options.partitioner(key, count));
      return;
    }
    this.#added.placeKnown();
    if (named < count) this.#queue(record, named);
    else this.#added.waitFor(named, record);
  }

  #queue(record: OpenRecord, partition: number): void {
    record.queuedFor = partition;
    this.#lanes.add(partition, record);
  }

  #isThrottled(partition: number | undefined): boolean {
    return partition !== undefined && this.#link.isThrottled(partition);
  }

  /** One function is shared by all records. */
  readonly #closeRecord = (record: OpenRecord, how: Closing): void => {
    if (how !== 'rejected') {
      this.#acknowledgedAt = performance.now();
      this.#silentSince = undefined;
      this.#refusal = undefined;
      this.#lastError = undefined;
    }
    if (how === 'acknowledged_late') return;
    this.#open.delete(record);
    if (this.#open.size > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
    this.#drained?.();
  };

  /**
   * Rejects the records whose deadline has passed. One timer does it for all of them: thousands of records may be open,
   * each with its own deadline.
   */
  expire(): void {
    const now = performance.now();
    for (const record of [...this.#open]) {
      if (record.deadlineAt > now) continue;
      this.#silentSince ??= record.openedAt;
      this.#givenUpAt = now;
      this.#givenUpIn = record.queuedFor;
      const lastError = this.#lastErrorAt >= record.openedAt ? this.#lastError : undefined;
      record.expire(lastError, this.#isThrottled(record.queuedFor));
    }
  }

  #noteError(error: pubsub_error): void {
    this.#lastError = error;
    this.#lastErrorAt = performance.now();
  }

  #refuseInbox(error: pubsub_error): void {
    const waiting = this.#inbox;
    this.#inbox = [];
    for (const record of waiting) record.reject(error);
  }

  #refuseIfClosing(): void {
    if (this.#closing.signal.aborted) throw disposed();
  }

  #waitingForBroker(): WaitSubject {
    return {
      stage: 'connect',
      what: `a connection to ${this.#connection.brokers.join(', ')}`,
      cause: () => this.#lastError,
    };
  }
}

function disposed(): pubsub_error {
  return new pubsub_error('disposed', 'send', 'this publisher is disposed');
}

function overloaded(most: number, topic: string): pubsub_error {
  return new pubsub_error('overloaded', 'send', `${most} records are already waiting for topic ${topic}`, {
    retryable: true,
    hint: 'Await sends, or send fewer frames at the same time.',
  });
}
