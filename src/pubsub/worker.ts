import { inspect } from 'node:util';
import { Deadline, type wait_options } from '../base/deadline.js';
import { pubsub_error } from '../base/error.js';
import type { AirCoreFrame } from '../frame/air-core-frame.js';
import type { request_info, request_reply_codec } from '../frame/frame-codec.js';
import { topic_type } from '../frame/topic-type.js';
import type { Tenure } from '../kafka/commit-book.js';
import type { config } from './config/config.js';
import type { Handed } from './frame-source.js';
import { HandlerLimit, HandlerTimeout } from './handler-limit.js';
import { PathSchedule } from './path-schedule.js';
import { publisher } from './publisher.js';
import { ReplyNotWritten, ReplySender } from './reply-sender.js';
import { no_request_reply } from './requester-errors.js';
import {
  handler_error,
  type frame_handler,
  type handled_event,
  type handler_context,
  type handler_result,
  type worker_counts,
  type worker_options,
  type worker_status,
} from './worker-options.js';
import { worker_subscriber } from './worker-subscriber.js';

/**
 * Handles the frames of the worker topic and sends the replies: worker_subscriber and publisher in one, around a
 * handler function. At least once, in this order: past its deadline? → handler → every reply acknowledged by the
 * brokers → frame acknowledged → offset committed.
 *
 * Frames of one path never overlap; `worker.concurrency` paths are handled at once. A handler that ignores its signal
 * may still be running when its path goes on: it was given up.
 *
 * @example
 * await using greeter = worker.create(settings, (frame) => create_frame({ payloads: [text_payload('hello')] }));
 * await greeter.connect();
 */
export class worker<F = AirCoreFrame> implements AsyncDisposable {
  readonly #config: config<F>;
  readonly #codec: request_reply_codec<F>;
  readonly #handler: frame_handler<F>;
  readonly #options: worker_options<F>;
  readonly #subscriber: worker_subscriber<F>;
  readonly #publisher: publisher<F>;
  readonly #schedule: PathSchedule<Handed<F, Tenure>>;
  readonly #limit: HandlerLimit;
  readonly #idle: (() => void)[] = [];
  #counts = { handled: 0, failed: 0, timed_out: 0, expired: 0, invalid: 0, undeliverable: 0, replies: 0 };
  #draining = false;
  #disposal: Promise<void> | undefined;

  private constructor(settings: config<F>, handler: frame_handler<F>, options: worker_options<F>) {
    const { request_reply } = settings.frame_codec;
    if (request_reply === undefined) throw no_request_reply();
    this.#config = settings;
    this.#codec = request_reply;
    this.#handler = handler;
    this.#options = options;
    this.#subscriber = worker_subscriber.create(settings, options);
    this.#publisher = publisher.create(settings);
    this.#limit = new HandlerLimit(settings.worker.handler_timeout_ms);
    this.#schedule = new PathSchedule({
      concurrency: settings.worker.concurrency,
      maxWaiting: settings.consumer.queue_max_frames,
    });
    this.#subscriber.internals.book.onRelease(() => this.#pump());
  }

  /** Makes a worker; nothing starts before `connect`. */
  static create<F>(settings: config<F>, handler: frame_handler<F>, options: worker_options<F> = {}): worker<F> {
    return new worker(settings, handler, options);
  }

  /**
   * Joins the group, fixes where reading starts, and begins to handle frames.
   *
   * @param options.timeout_ms @default consumer.connect_timeout_ms
   */
  async connect(options: wait_options = {}): Promise<void> {
    if (this.#disposal !== undefined) throw new pubsub_error('disposed', 'connect', 'this worker is disposed');
    await Promise.all([
      this.#publisher.connect({ ...options, topics: [topic_type.reply_to] }),
      this.#subscriber.connect(options),
    ]);
    this.#subscriber.internals.source.onAvailable(() => this.#pump());
  }

  /** True while requests can be received and replies sent. */
  is_connected(): boolean {
    return this.#disposal === undefined && this.#subscriber.is_connected() && this.#publisher.is_connected();
  }

  get status(): worker_status {
    return { ...this.#subscriber.status, in_progress: this.#schedule.running };
  }

  get counts(): worker_counts {
    return { ...this.#counts };
  }

  /**
   * Takes no more frames, lets the handlers at work finish until the deadline, commits, leaves the group, disconnects.
   * Idempotent.
   *
   * @param options.timeout_ms @default disposal.dispose_timeout_ms
   */
  dispose(options: wait_options = {}): Promise<void> {
    this.#disposal ??= this.#dispose(Deadline.of(options, this.#config.disposal.dispose_timeout_ms));
    return this.#disposal;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** Starts what may start. Called whenever a frame arrives, a handler ends, or a rebalance is over. */
  #pump(): void {
    this.#startFreed();
    const { source } = this.#subscriber.internals;
    while (!this.#draining && this.#schedule.wants) {
      const handed = source.tryNext(false);
      if (handed === undefined) return;
      const path = handed.key === null ? undefined : `${handed.position.partition}:${handed.key.toString('latin1')}`;
      if (this.#schedule.add(path, handed)) this.#begin(path, handed);
    }
  }

  #startFreed(): void {
    for (let left = this.#schedule.waiting; left > 0; left -= 1) {
      const next = this.#schedule.next();
      if (next === undefined) return;
      this.#begin(next.path, next.item);
    }
  }

  #begin(path: string | undefined, handed: Handed<F, Tenure>): void {
    const permission = this.#draining ? 'drop' : this.#subscriber.internals.source.begin(handed);
    if (permission === 'hold' && path !== undefined) {
      this.#schedule.putBack(path, handed);
      return;
    }
    const work = permission === 'drop' ? Promise.resolve() : this.#handle(handed);
    const ended = (): void => {
      this.#schedule.ended(path);
      if (this.#schedule.running === 0) for (const tell of this.#idle.splice(0)) tell();
      this.#pump();
    };
    work.then(ended, (error: unknown) => {
      this.#config.logger.error('handling a frame failed in a way that nobody foresaw', { error: String(error) });
      ended();
    });
  }

  async #handle(handed: Handed<F, Tenure>): Promise<void> {
    let info: request_info;
    try {
      info = this.#codec.request_info(handed.frame);
    } catch (error) {
      this.#done(handed, 'invalid', 0, error);
      return;
    }
    if (info.deadline_ms !== undefined && info.deadline_ms < this.#config.clock.wall_ms()) {
      this.#done(handed, 'expired', 0);
      return;
    }
    const sender = new ReplySender<F>(
      {
        publisher: this.#publisher,
        codec: this.#codec,
        options: { retryMs: this.#config.worker.reply_retry_ms, clock: this.#config.clock },
      },
      handed,
      info,
    );
    let kind: handled_event<F>['kind'] = 'handled';
    let failure: unknown;
    try {
      try {
        await this.#limit.run((signal) => this.#runHandler(handed, info, signal, sender));
      } catch (error) {
        if (error instanceof ReplyNotWritten || this.#limit.isCutOff) throw error;
        failure = error;
        // What the handler still has to say comes too late.
        sender.stop();
        kind = error instanceof HandlerTimeout ? 'timed_out' : 'failed';
        await sender.error(error_for_reply(error));
      }
    } catch (error) {
      // Disposal cut it off: not acknowledged, so that another worker handles it.
      if (this.#limit.isCutOff) return;
      failure = error;
      kind = 'undeliverable';
      this.#undeliverable(handed, error);
    }
    this.#done(handed, kind, sender.sent, failure);
  }

  async #runHandler(
    { frame, position, headers }: Handed<F, Tenure>,
    { correlation_id, deadline_ms }: request_info,
    signal: () => AbortSignal,
    sender: ReplySender<F>,
  ): Promise<void> {
    const context: handler_context = {
      position,
      correlation_id,
      deadline_ms,
      headers,
      get signal() {
        return signal();
      },
    };
    // A handler may also throw before its first await.
    const result: handler_result<F> = await this.#handler(frame, context);
    await sender.result(result);
  }

  #undeliverable({ frame, position }: Handed<F, Tenure>, error: unknown): void {
    const reason = error instanceof ReplyNotWritten ? error.reason : pubsub_error.from(error, 'reply');
    this.#config.logger.warn('a reply could not be written', { ...position, error: reason.raw_message });
    try {
      this.#options.on_undeliverable?.(frame, reason);
    } catch (hookError) {
      this.#config.logger.error('on_undeliverable failed', { error: String(hookError) });
    }
  }

  #done(handed: Handed<F, Tenure>, kind: handled_event<F>['kind'], replies: number, thrown?: unknown): void {
    this.#counts[kind] += 1;
    this.#counts.replies += replies;
    this.#config.metrics.count('frames_done', 1, { kind });
    const error = thrown === undefined || thrown instanceof Error ? thrown : new Error(inspect(thrown));
    try {
      this.#options.on_handled?.({ kind, delivery: handed, replies, error });
    } catch (hookError) {
      this.#config.logger.error('on_handled failed', { error: String(hookError) });
    }
    this.#subscriber.internals.book.done(handed.handle, handed.position.offset);
  }

  async #dispose(deadline: Deadline): Promise<void> {
    this.#draining = true;
    // What is left of the deadline after the handlers must do for committing, leaving and disconnecting.
    const patience = new Deadline(
      Math.max(deadline.remainingMs() * 0.7, deadline.remainingMs() - 2_000),
      deadline.signal,
    );
    if (this.#schedule.running > 0) {
      const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
      await patience.race(idle, { stage: 'dispose', what: 'the handlers' }).catch(() => undefined);
    }
    this.#limit.cutOff();
    await this.#subscriber.dispose({ timeout_ms: deadline.remainingMs() });
    await this.#publisher.dispose({ timeout_ms: Math.max(50, deadline.remainingMs()) });
  }
}

function error_for_reply(error: unknown): { code: string; message: string } {
  if (error instanceof handler_error) return { code: error.code, message: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: error instanceof HandlerTimeout ? 'handler_timeout' : 'handler_failed', message };
}
