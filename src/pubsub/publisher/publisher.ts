import { Deadline, waitOptionNames, type wait_options } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import { requireKnownOptions, type OptionNames } from '../../base/known-options.js';
import { headerNames } from '../../base/header-names.js';
import type { span_outcome, trace_span } from '../../base/ports.js';
import type { AirCoreFrame } from '../../frame/air-core-frame.js';
import { topic_type } from '../../frame/topic-type.js';
import { valueKind } from '../../base/value-kind.js';
import type { record_headers } from '../../kafka/connection.js';
import { javaPartitioner, kafkajsLegacyPartitioner } from '../../kafka/produce/partitioners.js';
import { RecordProducer } from '../../kafka/produce/record-producer.js';
import { requireConfig } from '../config/require-config.js';
import type { config } from '../config/config.js';
import { connectOptionNames, connectOrFail, type connect_options } from '../fail-fast.js';
import type { position } from '../subscriber/delivery.js';
import { publisherHealthOf, type publisher_health } from '../health.js';
import { kafkaConnection } from '../kafka-connection.js';
import { outgoingFrame } from './outgoing-frame.js';
import { correlationOf, startSpan } from '../traced-operation.js';

/** The options of `publisher.connect`. */
export interface connect_publisher_options extends connect_options {
  /** The topics to connect to now; other topics are connected at their first send. @default both */
  topics?: readonly topic_type[];
}

/** The options of `publisher.send`. */
export interface send_options extends wait_options {
  /** Added to the record; a `traceparent` of the tracing port is added if these contain none. @default none */
  headers?: record_headers;
}

const connectPublisherNames: OptionNames<connect_publisher_options> = { ...connectOptionNames, topics: true };
const sendNames: OptionNames<send_options> = { ...waitOptionNames, headers: true };

/** How many records may wait for their acknowledgement. `send` refuses more. */
const MAX_PENDING = 100_000;

/**
 * Sends frames to the worker and the reply_to topic.
 *
 * Each `send` resolves with the position that the brokers acknowledged for exactly that frame, or rejects. Frames for
 * one partition are written in the order of the calls, even if some are retried. Concurrent sends are combined. A frame
 * that was retried may be written twice; receivers recognize the duplicate by its correlation id.
 *
 * @example
 * await using pub = publisher.create(settings);
 * const { partition, offset } = await pub.send(topic_type.worker, worker_frame({ path: [7], command: 'greet' }));
 */
export class publisher<F = AirCoreFrame> implements AsyncDisposable {
  readonly #config: config<F>;
  /**
   * One client per topic, because Kafka refuses a whole metadata request if the client may not see one of its topics.
   */
  readonly #producers = new Map<string, RecordProducer>();
  #disposal: Promise<void> | undefined;

  private constructor(settings: config<F>) {
    this.#config = settings;
  }

  /** Creates a publisher, which connects at `connect` or at the first `send`. */
  static create<F>(settings: config<F>): publisher<F> {
    requireConfig(settings, 'publisher.create');
    return new publisher(settings);
  }

  /** @throws pubsub_error if a topic does not exist, a login is refused, or no broker answers before the deadline. */
  async connect(options: connect_publisher_options = {}): Promise<void> {
    requireKnownOptions(options, connectPublisherNames);
    if (this.#isDisposed()) throw disposed('connect');
    const kinds = options.topics ?? [topic_type.worker, topic_type.reply_to];
    const connectAll = async (wait: wait_options): Promise<void> => {
      const deadline = Deadline.of(wait, this.#config.consumer.connect_timeout_ms);
      await Promise.all(kinds.map((kind) => this.#producer(this.#topic(kind)).connect(deadline)));
    };
    try {
      await connectOrFail(options, () => this.last_error, connectAll);
    } catch (error) {
      // Dispose closed its connections: the error of a closed connection would not be the cause.
      if (this.#isDisposed()) throw disposed('connect');
      throw error;
    }
  }

  /** True if every connected topic can be written to. */
  is_connected(): boolean {
    const needed = this.#needed;
    return this.#disposal === undefined && needed.length > 0 && needed.every((producer) => producer.connected);
  }

  /** The state for a liveness or readiness probe, for every connected topic. It sends no request to a broker. */
  health(): publisher_health {
    const producers = this.#isDisposed() ? [] : this.#needed;
    return publisherHealthOf(producers.map(({ health }) => health));
  }

  /** The last error of a connect. */
  get last_error(): pubsub_error | undefined {
    return this.#needed.map((producer) => producer.lastError).find((error) => error !== undefined);
  }

  /**
   * @param kind the topic; a reply may go to another topic of `topics.reply_allowed`, and a request may ask for this
   * @param options.timeout_ms @default producer.send_timeout_ms
   * @throws pubsub_error before anything is sent: `frame_invalid`, `frame_too_large`, `partition_unknown`,
   *   `topic_not_allowed`, `topic_unknown`, `overloaded`, `disposed`; afterwards: `deadline_exceeded`, `aborted` (the
   *   frame may have been written), `not_authorized`, `broker_unavailable`…
   */
  send(kind: topic_type, frame: F, options: send_options = {}): Promise<position> {
    return new Promise((resolve, reject) => {
      requireKnownOptions(options, sendNames);
      const deadline = Deadline.of(options, this.#config.producer.send_timeout_ms);
      this.#post(kind, frame, deadline, options.headers, false, resolve, reject);
    });
  }

  /**
   * For `requester` and `worker`. `post` is `send` without a promise: one of the two functions is called, once.
   *
   * @param isReply its headers are those of its request, and not chosen for this frame: the span of a reply replaces
   *   their trace context. The number of waiting replies is not limited here: the worker limits it.
   * @returns bytes of the frame
   * @throws pubsub_error errors that are found immediately: neither function is called then
   * @internal
   */
  readonly internals = {
    post: (
      kind: topic_type,
      frame: F,
      deadline: Deadline,
      headers: record_headers | undefined,
      isReply: boolean,
      acknowledged: (position: position) => void,
      refused: (error: unknown) => void,
    ): number => this.#post(kind, frame, deadline, headers, isReply, acknowledged, refused),
    /** Rejects now the sends whose deadline has passed. */
    expire: (): void => {
      for (const producer of this.#producers.values()) producer.expire();
    },
  };

  /**
   * Refuses new frames, waits until current ones have their outcome, and disconnects. Idempotent.
   *
   * @param options.timeout_ms @default disposal.dispose_timeout_ms
   */
  dispose(options: wait_options = {}): Promise<void> {
    requireKnownOptions(options, waitOptionNames);
    const deadline = Deadline.of(options, this.#config.disposal.dispose_timeout_ms);
    this.#disposal ??= Promise.all([...this.#producers.values()].map((producer) => producer.close(deadline))).then(
      () => undefined,
    );
    return this.#disposal;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #post(
    kind: topic_type,
    frame: F,
    deadline: Deadline,
    headers: record_headers | undefined,
    isReply: boolean,
    acknowledged: (position: position) => void,
    refused: (error: unknown) => void,
  ): number {
    if (this.#isDisposed()) throw disposed('send');
    if (headers !== undefined && !isReply) requireStrings(headers);
    const { topic, key, partition, value } = outgoingFrame(this.#config, kind, frame);
    const producer = this.#producer(topic);
    if (this.#config.tracing.start_span === undefined) {
      const outgoing = { key, value, headers: this.#headers(headers), partition, isLimited: !isReply };
      producer.post(outgoing, deadline, acknowledged, refused);
      return value.length;
    }
    const operation = kind === topic_type.worker ? 'send' : 'reply';
    const span = startSpan(this.#config, operation, topic, correlationOf(this.#config, kind, frame), {
      headers: isReply ? undefined : headers,
    });
    const ended = (outcome: span_outcome): void => span?.end(outcome);
    try {
      producer.post(
        { key, value, headers: this.#tracedHeaders(headers, isReply, span), partition, isLimited: !isReply },
        deadline,
        (position) => {
          ended({ position });
          acknowledged(position);
        },
        (error) => {
          ended({ error });
          refused(error);
        },
      );
    } catch (error) {
      ended({ error });
      throw error;
    }
    return value.length;
  }

  /** A topic that one reply named, and that could not be reached, says nothing about the others. */
  get #needed(): RecordProducer[] {
    return [...this.#producers.values()].filter(({ isNeeded }) => isNeeded);
  }

  /** A method, because TypeScript assumes that a checked property does not change. */
  #isDisposed(): boolean {
    return this.#disposal !== undefined;
  }

  #topic(kind: topic_type): string {
    return kind === topic_type.worker ? this.#config.topics.worker : this.#config.topics.reply_to;
  }

  #producer(topic: string): RecordProducer {
    let producer = this.#producers.get(topic);
    if (producer === undefined) {
      producer = new RecordProducer(kafkaConnection(this.#config), topic, {
        partitioner: this.#config.producer.partitioner === 'java' ? javaPartitioner : kafkajsLegacyPartitioner,
        metrics: this.#config.metrics,
        maxPending: MAX_PENDING,
        clientWorked: () => [...this.#producers.values()].some(({ hasConnected }) => hasConnected),
      });
      this.#producers.set(topic, producer);
    }
    return producer;
  }

  #headers(given: record_headers | undefined): record_headers | undefined {
    if (given?.[headerNames.traceparent] !== undefined) return given;
    const traceparent = this.#config.tracing.current_traceparent();
    return traceparent === undefined ? given : { ...given, [headerNames.traceparent]: traceparent };
  }

  /** A trace context that the caller chose is not replaced. */
  #tracedHeaders(
    given: record_headers | undefined,
    isReply: boolean,
    span: trace_span | undefined,
  ): record_headers | undefined {
    const own = span?.headers() ?? {};
    const { traceparent } = headerNames;
    const isKept = own[traceparent] === undefined || (!isReply && given?.[traceparent] !== undefined);
    return isKept ? this.#headers(given) : { ...given, ...own };
  }
}

function disposed(stage: 'connect' | 'send'): pubsub_error {
  return new pubsub_error('disposed', stage, 'this publisher is disposed');
}

/** Other values could not be written, and the records that share their request would wait with them. */
function requireStrings(headers: record_headers): void {
  const kind = valueKind(headers);
  // The entries of a Map would be lost.
  if (kind !== 'an object')
    throw new pubsub_error('argument_invalid', 'send', `headers must be an object of strings, and is ${kind}`);
  for (const [name, value] of Object.entries(headers)) {
    if (typeof (value as unknown) === 'string') continue;
    throw new pubsub_error('argument_invalid', 'send', `headers.${name} must be a string, and is ${valueKind(value)}`);
  }
}
