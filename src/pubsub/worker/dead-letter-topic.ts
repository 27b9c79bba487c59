import { Deadline, waitOptionNames, type wait_options } from '../../base/deadline.js';
import { requireKnownOptions } from '../../base/known-options.js';
import { headerNames } from '../../base/header-names.js';
import type { trace_span } from '../../base/ports.js';
import { javaPartitioner } from '../../kafka/produce/partitioners.js';
import { RecordProducer } from '../../kafka/produce/record-producer.js';
import type { config } from '../config/config.js';
import type { bad_record, position } from '../subscriber/delivery.js';
import { connectOptionNames, connectOrFail, type connect_options } from '../fail-fast.js';
import { kafkaConnection } from '../kafka-connection.js';
import { startSpan } from '../traced-operation.js';

const MAX_PENDING = 1_000;
const names = headerNames.deadLetter;

/** A frame whose handler failed at its last attempt. */
export interface failed_frame extends bad_record {
  /** Whether the handler threw, or exceeded its time. */
  readonly kind: 'failed' | 'timed_out';
  /** Why its handler failed at the last attempt. */
  readonly reason: string;
  /** How many times it was handled. */
  readonly attempts: number;
  /** With this id the error is in the log of the worker. */
  readonly error_id: string;
  /** The id of the request, for the span of the write. @default none */
  readonly correlation_id?: string;
}

/**
 * Keeps what a worker gives up: records that are not frames, and frames whose handler failed at its last attempt. It
 * writes their bytes, key and headers unchanged to a topic, and adds headers: `dead-letter-topic`, `-partition` and
 * `-offset` (the position), `-reason`, `-kind` (`invalid`, `failed` or `timed_out`), and for a failed frame `-attempts`
 * and `-error-id`.
 *
 * A worker with the setting `topics.dead_letter` does this itself. Use the class with a subscriber of your own.
 *
 * The record is done when its copy is acknowledged. If the copy of an invalid record cannot be written, this is logged,
 * and the record is skipped nevertheless: an invalid record never stops a topic.
 *
 * @example
 * await using letters = dead_letter_topic.create(settings, 'worker.dead');
 * await using sub = worker_subscriber.create(settings, { on_bad_record: letters.write });
 */
export class dead_letter_topic<F> implements AsyncDisposable {
  readonly #config: config<F>;
  readonly #name: string;
  readonly #producer: RecordProducer;
  #disposal: Promise<void> | undefined;

  /** Pass it as `on_bad_record`. Rejects if the record was not acknowledged within `producer.send_timeout_ms`. */
  readonly write: (record: bad_record | failed_frame) => Promise<void>;

  private constructor(settings: config<F>, topic: string) {
    this.#config = settings;
    this.#name = topic;
    this.#producer = new RecordProducer(kafkaConnection(settings), topic, {
      partitioner: javaPartitioner,
      metrics: settings.metrics,
      maxPending: MAX_PENDING,
    });
    this.write = (record) => this.#write(record);
  }

  /** Connects at `connect` or at the first record. The topic must exist. */
  static create<F>(settings: config<F>, topic: string): dead_letter_topic<F> {
    return new dead_letter_topic(settings, topic);
  }

  /**
   * Finds out that the topic exists and that a broker can be reached, before there is a record to keep.
   *
   * @param options.timeout_ms @default consumer.connect_timeout_ms
   * @throws pubsub_error `topic_unknown`, `not_authorized`, or why no broker can be reached
   */
  async connect(options: connect_options = {}): Promise<void> {
    requireKnownOptions(options, connectOptionNames);
    await connectOrFail(
      options,
      () => this.#producer.lastError,
      (wait) => this.#producer.connect(Deadline.of(wait, this.#config.consumer.connect_timeout_ms)),
    );
  }

  /**
   * For `worker`.
   *
   * @internal
   */
  get internals(): Pick<RecordProducer, 'health' | 'lastError'> {
    return this.#producer;
  }

  /** @param options.timeout_ms @default disposal.dispose_timeout_ms */
  dispose(options: wait_options = {}): Promise<void> {
    requireKnownOptions(options, waitOptionNames);
    this.#disposal ??= this.#producer.close(Deadline.of(options, this.#config.disposal.dispose_timeout_ms));
    return this.#disposal;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #write(record: bad_record | failed_frame): Promise<void> {
    const span = this.#span(record);
    try {
      const position = await this.#send(record);
      span?.end({ position });
    } catch (error) {
      span?.end({ error });
      throw error;
    }
  }

  /** The record keeps the trace context that it came with, which is the parent of this span. */
  #span(record: bad_record | failed_frame): trace_span | undefined {
    if (this.#config.tracing.start_span === undefined) return undefined;
    const id = 'correlation_id' in record ? record.correlation_id : undefined;
    return startSpan(this.#config, 'dead_letter', this.#name, id, { headers: record.headers });
  }

  #send(record: bad_record | failed_frame): Promise<position> {
    const { position, bytes, key, headers, reason } = record;
    return this.#producer.send(
      {
        key: key === null ? null : Buffer.from(key),
        value: bytes === null ? null : Buffer.from(bytes),
        headers: {
          ...headers,
          [names.topic]: position.topic,
          [names.partition]: String(position.partition),
          [names.offset]: String(position.offset),
          [names.reason]: reason,
          ...('kind' in record
            ? {
                [names.kind]: record.kind,
                [names.attempts]: String(record.attempts),
                [names.errorId]: record.error_id,
              }
            : { [names.kind]: 'invalid' }),
        },
      },
      new Deadline(this.#config.producer.send_timeout_ms),
    );
  }
}
