import { randomUUID } from 'node:crypto';
import { onAbort } from '../../base/abort.js';
import {
  abortedError,
  Deadline,
  requireSignal,
  timeoutOf,
  waitOptionNames,
  type wait_options,
} from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import { requireKnownOptions, type OptionNames } from '../../base/known-options.js';
import { callHook, requireHooks } from '../../base/hook.js';
import { StartedTogether } from '../../base/together.js';
import { thrownError } from '../../base/thrown.js';
import type { AirCoreFrame } from '../../frame/air-core-frame.js';
import type { reply_info, request_reply_codec } from '../../frame/frame-codec.js';
import type { schema_input, schema_output, standard_schema } from '../../frame/standard-schema.js';
import { topic_type } from '../../frame/topic-type.js';
import { valueKind } from '../../base/value-kind.js';
import { checkedReply, requestFrame, type named_command } from '../worker/commands.js';
import { requireConfig } from '../config/require-config.js';
import type { config } from '../config/config.js';
import { connectOptionNames, type connect_options } from '../fail-fast.js';
import { Correlator } from './correlator.js';
import type { position } from '../subscriber/delivery.js';
import type { FrameSource } from '../subscriber/frame-source.js';
import { requesterHealthOf, unlessFailed, workerHealthOf, type requester_health } from '../health.js';
import { invalid } from '../publisher/outgoing-frame.js';
import { partition_tracking } from './partition-tracking.js';
import { PendingRequest } from './pending-request.js';
import { publisher } from '../publisher/publisher.js';
import { ReplyStream } from './reply-stream.js';
import { reply_to_subscriber } from '../subscriber/reply-to-subscriber.js';
import {
  correlationIdInvalid,
  disposed,
  noPartition,
  noRequestReply,
  notConnected,
  overloaded,
  partitionLost,
  replying,
  taken,
} from './requester-errors.js';
import {
  callOptionNames,
  requesterOptionNames,
  requestOptionNames,
  type call_options,
  type request_options,
  type requester_counts,
  type requester_options,
} from './requester-options.js';
import { SendsAndPartitions } from './sends-and-partitions.js';
import { startSpan } from '../traced-operation.js';
import type { subscriber_status } from '../subscriber/subscription.js';
import { UnplacedRequests } from './unplaced-requests.js';

/**
 * Sends requests and receives their replies, with a publisher, a reply_to_subscriber and partition_tracking. Each
 * request has exactly one outcome: its reply, or a typed error.
 *
 * @example
 * await using caller = requester.create(settings);
 * await caller.connect();
 * const reply = await caller.request(worker_frame({ path: [7], command: 'greet' }), { timeout_ms: 2_000 });
 */
export class requester<F = AirCoreFrame> implements AsyncDisposable {
  readonly #config: config<F>;
  readonly #codec: request_reply_codec<F>;
  /** What was read off the reply that is being taken. */
  #inspected: reply_info | undefined;
  readonly #options: requester_options;
  readonly #publisher: publisher<F>;
  readonly #sending: SendsAndPartitions;
  readonly #subscriber: reply_to_subscriber<F>;
  readonly #source: FrameSource<F, undefined>;
  readonly #tracking: partition_tracking;
  readonly #unplaced: UnplacedRequests<PendingRequest<F>>;
  readonly #correlator: Correlator<F>;
  readonly #connecting = new StartedTogether();
  #disposal: Promise<void> | undefined;
  #reissued = 0;

  private constructor(settings: config<F>, options: requester_options) {
    requireHooks(options, ['on_reply', 'on_sent']);
    const { request_reply } = settings.frame_codec;
    if (request_reply === undefined) throw noRequestReply();
    this.#config = settings;
    this.#codec = request_reply;
    this.#options = options;
    this.#correlator = new Correlator<F>({
      onReply:
        options.on_reply === undefined
          ? undefined
          : (event) => callHook(settings.logger, 'on_reply', () => options.on_reply?.(event)),
      metrics: settings.metrics,
      replyTopic: settings.topics.reply_to,
      expireSends: () => this.#publisher.internals.expire(),
      obstacle: (partition) => this.#subscriber.internals.obstacle(partition),
    });
    this.#publisher = publisher.create(settings);
    this.#subscriber = reply_to_subscriber.within(settings, options);
    this.#source = this.#subscriber.internals.source;
    this.#sending = new SendsAndPartitions(this.#publisher, () => this.#lack());
    this.#subscriber.internals.accompany(this.#sending);
    this.#tracking = partition_tracking.create(this.#subscriber);
    this.#unplaced = new UnplacedRequests<PendingRequest<F>>({
      next: () => this.#tracking.try_next_partition(),
      wait: (until) => this.#tracking.get_next_partition(until),
      isOpen: (request) => this.#correlator.isOpen(request),
      send: (request, partition) => this.#sendTo(request, partition),
      fail: (request, error) => this.#correlator.fail(request, error),
    });
    this.#tracking.on_change(() => this.#ownershipChanged());
  }

  /** Creates a requester. It does nothing before `connect`. */
  static create<F>(settings: config<F>, options: requester_options = {}): requester<F> {
    requireConfig(settings, 'requester.create');
    requireKnownOptions(options, requesterOptionNames);
    return new requester(settings, options);
  }

  /**
   * Connects for sending and receiving: replies to requests that are made after this resolves will be received.
   *
   * @param options.timeout_ms @default consumer.connect_timeout_ms
   * @param options.fail_fast true: rejects at the first attempt that reaches no broker. @default false
   */
  async connect(options: connect_options = {}): Promise<void> {
    requireKnownOptions(options, connectOptionNames);
    if (this.#disposal !== undefined) throw disposed();
    // Its member ended for good: this is another first attempt.
    if (this.#subscriber.status.state === 'failed') this.#connecting.reset();
    await this.#connecting.start(
      options,
      [
        (both) => this.#publisher.connect({ ...both, topics: [topic_type.worker] }),
        (both) => this.#subscriber.connect(both),
      ],
      // A member that does nothing would block its partitions for the others.
      () => this.#subscriber.internals.leave(),
    );
    this.#source.onAvailable(() => this.#receive());
  }

  /** True if requests can be sent and replies received. */
  is_connected(): boolean {
    return this.#disposal === undefined && this.#sending.is_connected() && this.#subscriber.is_connected();
  }

  /** The state for a liveness or readiness probe. It sends no request to a broker. */
  health(): requester_health {
    const both = workerHealthOf(this.#subscriber.health(), this.#publisher.health(), [this.#lack()?.raw_message]);
    return unlessFailed(requesterHealthOf(both, this.#correlator.health), this.#connecting.failure);
  }

  /** State, partitions and counts of its subscriber, and the number of open requests. */
  get status(): subscriber_status & { in_flight: number } {
    return { ...this.#subscriber.status, in_flight: this.#correlator.size };
  }

  /** Counts since it was created. */
  get counts(): requester_counts {
    return { ...this.#correlator.counts, reissued: this.#reissued };
  }

  /** The partitions that may receive replies. */
  get tracking(): partition_tracking {
    return this.#tracking;
  }

  /**
   * Sends a request and waits for its reply; if there are several, for the last one.
   *
   * @param options.timeout_ms @default requester.request_timeout_ms
   * @throws pubsub_error `reply_error` (the worker answered with an error: see `details`), `deadline_exceeded`,
   *   `partition_lost`, `no_partition`, `overloaded`, `aborted`, `disposed`, and what `publisher.send` throws
   */
  request(frame: F, options: request_options = {}): Promise<F> {
    try {
      requireKnownOptions(options, requestOptionNames);
    } catch (error) {
      return Promise.reject(thrownError(error));
    }
    return this.#issue(frame, options);
  }

  /**
   * Sends the request of a command as JSON and returns its checked reply.
   *
   * @example
   * const { amount } = await caller.call(price, { sku: 'A-1' }, { path: 'order-42', timeout_ms: 2_000 });
   *
   * @param options.path @default the `path` of the command, or else a random one: no order with other requests
   * @throws pubsub_error `payload_invalid` if the request (it is not sent then) or the reply does not fit its schema,
   *   and what `request` throws
   */
  async call<Req extends standard_schema, Rep extends standard_schema>(
    this: requester,
    command: named_command<Req, Rep>,
    request: schema_input<Req>,
    options: call_options = {},
  ): Promise<schema_output<Rep>> {
    requireKnownOptions(options, callOptionNames);
    const { path, ...rest } = options;
    return checkedReply(command, await this.#issue(await requestFrame(command, request, path), rest));
  }

  /**
   * Sends a request and yields its replies one by one, in the order of their numbers, up to the last. Leaving the loop
   * ends the request.
   *
   * @throws pubsub_error as `request` does
   */
  async *request_many(frame: F, options: request_options = {}): AsyncGenerator<F, void, undefined> {
    requireKnownOptions(options, requestOptionNames);
    requireSignal(options.signal);
    const left = new AbortController();
    const signal = options.signal === undefined ? left.signal : AbortSignal.any([left.signal, options.signal]);
    const stream = new ReplyStream<F>((reply) => this.#codec.reply_info(reply).number);
    this.#issue(frame, { ...options, signal }, (reply) => stream.add(reply)).then(
      () => stream.end(),
      (error: unknown) => stream.end(pubsub_error.from(error, 'reply')),
    );
    try {
      yield* stream;
    } finally {
      left.abort();
    }
  }

  /**
   * Refuses new requests, rejects open ones with `disposed`, and disconnects. Idempotent.
   *
   * @param options.timeout_ms @default disposal.dispose_timeout_ms
   * @param options.drain true: first waits for the open requests, until the deadline. @default false
   */
  dispose(options: wait_options & { drain?: boolean } = {}): Promise<void> {
    requireKnownOptions(options, disposeNames);
    this.#disposal ??= this.#dispose(
      Deadline.of(options, this.#config.disposal.dispose_timeout_ms),
      options.drain ?? false,
    );
    return this.#disposal;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** The group has assigned no partition to this member, so that no request can get a reply. */
  #lack(): pubsub_error | undefined {
    const { state, partitions } = this.#subscriber.internals.snapshot();
    return state === 'ready' && partitions.length === 0 ? noPartition(this.#config.topics.reply_to) : undefined;
  }

  #issue(frame: F, options: request_options, onReply?: (reply: F) => void): Promise<F> {
    const id = options.correlation_id ?? randomUUID();
    const { tracing, topics } = this.#config;
    const span =
      tracing.start_span && startSpan(this.#config, 'request', topics.worker, id, { headers: options.headers });
    return new Promise<F>((resolve, reject) => {
      let request: PendingRequest<F>;
      try {
        const timeoutMs = this.#checkedTimeout(options);
        const accepted = new PendingRequest<F>({
          id,
          frame,
          idempotent: options.idempotent ?? false,
          headers: options.headers,
          deadline: new Deadline(timeoutMs),
          deadlineWallMs: this.#config.clock.wall_ms() + timeoutMs,
          span,
          onReply,
          resolve,
          reject,
        });
        const { signal } = options;
        if (signal !== undefined) {
          accepted.forget = onAbort(signal, () => this.#correlator.fail(accepted, abortedError(replying, signal)));
        }
        request = accepted;
      } catch (error) {
        span?.end({ error });
        throw error;
      }
      // Before the send, because a reply may arrive before the acknowledgement.
      this.#correlator.open(request);
      this.#unplaced.add(request);
    });
  }

  /** Throws if the request cannot be accepted now. */
  #checkedTimeout(options: request_options): number {
    const { signal, correlation_id } = options;
    if (this.#disposal !== undefined) throw disposed();
    if (!this.#connecting.isStarted) throw notConnected(this.#connecting.failure);
    const timeoutMs = timeoutOf(options, this.#config.requester.request_timeout_ms);
    if (signal?.aborted) throw abortedError(replying, signal);
    if (correlation_id !== undefined && typeof (correlation_id as unknown) !== 'string')
      throw correlationIdInvalid(valueKind(correlation_id));
    const { max_in_flight: most } = this.#config.requester;
    if (this.#correlator.size >= most) throw overloaded(most);
    if (correlation_id !== undefined && this.#correlator.has(correlation_id)) throw taken(correlation_id);
    return timeoutMs;
  }

  #sendTo(request: PendingRequest<F>, partition: number): void {
    const frame = request.issueTo(partition);
    if (frame === undefined) return;
    const issue = request.issues;
    let addressed: F;
    try {
      addressed = this.#codec.address_request(frame, {
        correlation_id: request.id,
        reply_topic: this.#config.topics.reply_to,
        reply_partition: partition,
        sent_at_ms: this.#config.clock.wall_ms(),
        deadline_ms: request.deadlineWallMs,
      });
    } catch (error) {
      this.#notSent(request, issue, invalid(error, 'the frame cannot be addressed'));
      return;
    }
    const sent = this.#options.on_sent === undefined ? unseen : this.#sentEvent(request.id, partition);
    const { span } = request;
    if (span === undefined) this.#post(request, issue, addressed, sent);
    else span.run(() => this.#post(request, issue, addressed, sent));
  }

  #post(request: PendingRequest<F>, issue: number, addressed: F, sent: (position: position) => void): void {
    const { internals } = this.#publisher;
    const { deadline, headers } = request;
    try {
      internals.post(topic_type.worker, addressed, deadline, headers, false, sent, (error) =>
        this.#notSent(request, issue, error),
      );
    } catch (error) {
      this.#notSent(request, issue, error);
    }
  }

  /** The outcome of a send is ignored if the request was sent again later. */
  #notSent(request: PendingRequest<F>, issue: number, error: unknown): void {
    if (request.issues === issue) this.#correlator.fail(request, pubsub_error.from(error, 'send'));
  }

  #sentEvent(correlationId: string, partition: number): (position: position) => void {
    const startedAt = performance.now();
    return (position) => {
      const ackMs = performance.now() - startedAt;
      callHook(this.#config.logger, 'on_sent', () =>
        this.#options.on_sent?.({ correlation_id: correlationId, position, partition, ack_ms: ackMs }),
      );
    };
  }

  #receive(): void {
    for (;;) {
      const handed = this.#source.tryNext(true, this.#inspect);
      if (handed === undefined || this.#inspected === undefined) return;
      this.#correlator.received(handed, this.#inspected);
    }
  }

  /** One function for all replies: a reply that it cannot read is an invalid record. */
  readonly #inspect = (frame: F): void => {
    this.#inspected = this.#codec.reply_info(frame);
  };

  /** Requests whose reply partition is now owned by another member, or does not exist any more. */
  #ownershipChanged(): void {
    const { state, partitions, generation, error } = this.#subscriber.internals.snapshot();
    // The subscriber failed finally, so the waiting requests fail too.
    if (state === 'failed') this.#correlator.failAll(error ?? disposed());
    // Without any partition, it is not known yet which ones are owned.
    if (state !== 'ready' && partitions.length === 0) return;
    for (const request of this.#correlator.waitingElsewhere(partitions)) {
      if (request.idempotent) {
        request.partition = -1;
        this.#reissued += 1;
        this.#config.metrics.count('reissued_requests', 1);
        this.#unplaced.add(request);
      } else {
        const exists = this.#subscriber.internals.exists(request.partition);
        const topic = this.#config.topics.reply_to;
        this.#correlator.fail(request, partitionLost(request, { topic, generation, exists }));
      }
    }
  }

  async #dispose(deadline: Deadline, drain: boolean): Promise<void> {
    if (drain) await deadline.race(this.#correlator.drained(), replying).catch(() => undefined);
    this.#correlator.failAll(disposed());
    await Promise.all([
      this.#publisher.dispose({ timeout_ms: deadline.remainingMs() }),
      this.#subscriber.dispose({ timeout_ms: deadline.remainingMs() }),
    ]);
  }
}

const disposeNames: OptionNames<wait_options & { drain?: boolean }> = { ...waitOptionNames, drain: true };

/** Without an `on_sent` hook an acknowledgement is not reported. */
const unseen = (): void => undefined;
