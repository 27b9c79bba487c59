import { logFields, pubsub_error } from '../../base/error.js';
import { LogLimit } from '../../base/log-limit.js';
import type { logger, metrics } from '../../base/ports.js';
import { backoffMs } from '../client/backoff.js';
import { DenialPatience } from '../client/retry-policy.js';
import { BrokerError } from '../client/broker-error.js';
import { NO_LEADER_HINT } from '../client/answer-kinds.js';
import { isConnectionFailure, kafkaErrorType, toPubsubError } from '../client/errors.js';
import { PartitionQueue, type PendingRecord, type TakeLimits } from './partition-queue.js';

/** The part of a cluster that the lanes use. */
export interface ProducePort {
  /** The known number of partitions of the topic; 0 before it is known. */
  readonly partitionCount: number;
  /** The known leader of a partition. */
  leaderOf(partition: number): number | undefined;
  /**
   * Sends one produce request to one broker. Resolves with its result for each partition; rejects if there is no
   * response.
   */
  produce(leader: number, batches: readonly Batch[]): Promise<ReadonlyMap<number, BatchOutcome>>;
  /** Refreshes the leaders. Concurrent callers share one response. */
  refresh(): Promise<void>;
}

export interface Batch {
  readonly partition: number;
  readonly records: readonly PendingRecord[];
}

export interface BatchOutcome {
  /** Kafka's name for the error; undefined: the batch is written. */
  readonly error: string | undefined;
  /** Offset of the first record. */
  readonly baseOffset: number;
}

export interface LaneOptions {
  readonly topic: string;
  readonly logger: logger;
  readonly metrics: metrics;
  readonly retryDeniedMs: number;
  /** Records for a partition that no longer exists: the topic was deleted and created again with fewer partitions. */
  readonly unplaced: (record: PendingRecord) => void;
  /** A batch was not acknowledged; it is retried if that may help. */
  readonly failed?: (error: pubsub_error) => void;
  /** Records were refused for good, and not because of what they are: the next ones will be refused, too. */
  readonly refused?: (error: pubsub_error) => void;
}

// A batch of one partition must stay under the topic's max.message.bytes (1 048 588 by default).
const limits: TakeLimits = { records: 1_000, bytes: 900_000 };
const FAILURE_LOG_MS = 5_000;
const backoff = { initialMs: 50, maxMs: 2_000 };
const tooLarge = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'CORRUPT_MESSAGE']);
// The leader wrote the records although the response is an error.
const written = new Set(['REQUEST_TIMED_OUT', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 'NETWORK_EXCEPTION']);

/**
 * Sends records to a topic that was reached before. There is one lane per partition leader: one produce request is in
 * flight, and the records that arrive in the meantime are sent together in the next one. Concurrent sends are combined
 * without a delay. Records of one partition are written in the order of the calls. Each record has its own outcome, and
 * a failure of one partition is retried only for that partition.
 */
export class Lanes {
  readonly #port: ProducePort;
  readonly #options: LaneOptions;
  readonly #queues = new Map<number, PartitionQueue>();
  readonly #lanes = new Map<number, Lane>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #failureLog = new LogLimit(FAILURE_LOG_MS);
  readonly #denials: DenialPatience;
  #closed = false;

  constructor(port: ProducePort, options: LaneOptions) {
    this.#port = port;
    this.#options = options;
    this.#denials = new DenialPatience(options.retryDeniedMs);
  }

  /** Adds a record to the queue of its partition. Its `resolve` or `reject` is called with the outcome. */
  add(partition: number, record: PendingRecord): void {
    let queue = this.#queues.get(partition);
    if (queue === undefined) this.#queues.set(partition, (queue = new PartitionQueue(partition)));
    queue.push(record);
    if (queue.state === 'idle') this.#makeReady(queue);
  }

  /** Sends nothing more. Waiting records are not settled here: their owner settles them. */
  close(): void {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #makeReady(queue: PartitionQueue): void {
    if (this.#closed) return;
    const { partitionCount } = this.#port;
    if (partitionCount > 0 && queue.partition >= partitionCount) {
      queue.state = 'idle';
      this.#queues.delete(queue.partition);
      for (const record of queue.drain()) this.#options.unplaced(record);
      return;
    }
    const leader = this.#port.leaderOf(queue.partition);
    if (leader === undefined || leader < 0) {
      const sentence = `partition ${queue.partition} of topic ${this.#options.topic} has no leader`;
      const error = new pubsub_error('broker_unavailable', 'send', sentence, { retryable: true, hint: NO_LEADER_HINT });
      this.#options.failed?.(error);
      this.#later(queue, error);
      return;
    }
    let lane = this.#lanes.get(leader);
    if (lane === undefined) this.#lanes.set(leader, (lane = { leader, ready: new Set(), busy: false }));
    queue.state = 'ready';
    lane.ready.add(queue);
    if (lane.busy) return;
    lane.busy = true;
    const started = lane;
    // After the callbacks that are due now, so that the sends which they make are part of the same request.
    setImmediate(() => this.#run(started));
  }

  #run(lane: Lane): void {
    const batches = this.#collect(lane);
    if (batches.length === 0 || this.#closed) {
      lane.busy = false;
      return;
    }
    for (const { records } of batches) for (const record of records) record.attempts += 1;
    this.#port
      .produce(
        lane.leader,
        batches.map(({ queue, records }) => ({ partition: queue.partition, records })),
      )
      .then(
        (outcomes) => {
          for (const batch of batches) this.#answered(batch, outcomes.get(batch.queue.partition));
          this.#run(lane);
        },
        (error: unknown) => {
          for (const batch of batches) this.#failed(batch, error);
          this.#run(lane);
        },
      );
  }

  #collect(lane: Lane): SentBatch[] {
    const batches: SentBatch[] = [];
    for (const queue of lane.ready) {
      lane.ready.delete(queue);
      const records = queue.take(limits);
      if (records.length === 0) {
        queue.state = 'idle';
        continue;
      }
      queue.state = 'sending';
      batches.push({ queue, records });
    }
    return batches;
  }

  #answered(batch: SentBatch, outcome: BatchOutcome | undefined): void {
    const { queue, records } = batch;
    if (outcome === undefined) {
      const silence = `the response does not contain partition ${queue.partition}`;
      this.#failed(batch, new pubsub_error('broker_unavailable', 'send', silence, { retryable: true }));
      return;
    }
    if (outcome.error !== undefined) {
      this.#failed(batch, new BrokerError(outcome.error));
      return;
    }
    this.#denials.succeeded();
    queue.recordLimit = Number.POSITIVE_INFINITY;
    queue.failures = 0;
    records.forEach((record, index) => record.resolve(outcome.baseOffset + index, queue.partition));
    this.#next(queue);
  }

  #failed({ queue, records }: SentBatch, thrown: unknown): void {
    // The connections were closed here, and no caller waits for these records.
    if (this.#closed) return;
    const type = kafkaErrorType(thrown);
    const { topic, metrics, logger } = this.#options;
    const error = toPubsubError(thrown, 'send', { topic, partition: queue.partition });
    this.#options.failed?.(error);
    metrics.count('produce_failures', 1, { topic, error: type ?? 'connection' });
    // A first failure that a retry may correct is only counted in the metrics. Others are logged once, because one
    // fault affects many partitions.
    const count = queue.failures === 0 && error.retryable ? undefined : this.#failureLog.take();
    if (count !== undefined) {
      logger.warn('records were not acknowledged', { topic, partition: queue.partition, ...logFields(error), count });
    }
    if (isConnectionFailure(thrown) || (type !== undefined && written.has(type))) {
      for (const record of records) record.maybeWritten = true;
    }
    if (type !== undefined && tooLarge.has(type) && records.length > 1) {
      // The records are too large together, or one of them is: the batch is halved until this record is found.
      queue.putBack(records);
      queue.recordLimit = Math.ceil(records.length / 2);
      this.#makeReady(queue);
      return;
    }
    if (this.#worthRetrying(error, type)) {
      queue.putBack(records);
      this.#later(queue, error);
      return;
    }
    queue.recordLimit = Number.POSITIVE_INFINITY;
    if (type === undefined || !tooLarge.has(type) || needsKeys(type, records)) this.#options.refused?.(error);
    for (const record of records) record.reject(error);
    this.#next(queue);
  }

  #worthRetrying(error: pubsub_error, type: string | undefined): boolean {
    // A broker that is not the leader (or not yet) also answers this; a deleted topic is detected at the refresh.
    if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return true;
    // No broker refused the records themselves: names, logins and credentials worked before, when the topic was
    // reached.
    if (type === undefined || isLogin(error)) return true;
    return error.code === 'not_authorized' ? this.#denials.denied(performance.now()) : error.retryable;
  }

  /** Retries after a pause, at the broker that is the leader then. */
  #later(queue: PartitionQueue, error: pubsub_error): void {
    if (this.#closed) return;
    queue.state = 'waiting';
    queue.failures += 1;
    queue.note(error);
    this.#options.metrics.count('produce_retries', 1, { topic: this.#options.topic, code: error.code });
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#port.refresh().then(
          () => this.#next(queue),
          (thrown: unknown) => {
            this.#options.failed?.(toPubsubError(thrown, 'send', { topic: this.#options.topic }));
            this.#next(queue);
          },
        );
      },
      backoffMs(backoff, queue.failures),
    );
    this.#timers.add(timer);
  }

  #next(queue: PartitionQueue): void {
    if (queue.size === 0) queue.state = 'idle';
    else this.#makeReady(queue);
  }
}

interface Lane {
  readonly leader: number;
  readonly ready: Set<PartitionQueue>;
  busy: boolean;
}

interface SentBatch {
  readonly queue: PartitionQueue;
  readonly records: PendingRecord[];
}

/** The topic is compacted and refuses every record without a key: the next ones, too. */
function needsKeys(type: string, records: readonly PendingRecord[]): boolean {
  return type === 'INVALID_RECORD' && records.every(({ key }) => key === null);
}

function isLogin({ code }: pubsub_error): boolean {
  return code === 'authentication_failed' || code === 'credentials_missing';
}
