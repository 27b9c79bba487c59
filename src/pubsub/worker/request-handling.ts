import { logFields, pubsub_error } from '../../base/error.js';
import { callHook } from '../../base/hook.js';
import type { trace_span } from '../../base/ports.js';
import { isThenable } from '../../base/thenable.js';
import { LogLimit } from '../../base/log-limit.js';
import type { request_info, request_reply_codec } from '../../frame/frame-codec.js';
import { AttemptContext } from './attempt-context.js';
import { looksNew } from './looks-new.js';
import { msLeft } from './request-deadline.js';
import type { config } from '../config/config.js';
import type { delivery } from '../subscriber/delivery.js';
import type { DeadLetterRetries } from './dead-letter-retries.js';
import type { failed_frame } from './dead-letter-topic.js';
import { ExpiredEvidence } from '../expired-evidence.js';
import { FailureAnswers, isAnswer, type Answer } from './failure-answers.js';
import { HandlerLimit, HandlerTimeout, type HandlerRun } from './handler-limit.js';
import type { publisher } from '../publisher/publisher.js';
import { ReplyNotWritten, ReplySender, type ReplySenderParts } from './reply-sender.js';
import { EXPIRED_CODE, expiredAnswer, noRequestReply } from '../requester/requester-errors.js';
import { nextAttempt, NextAttempt } from './retry-rules.js';
import { startSpan } from '../traced-operation.js';
import type { frame_handler, handled_event, worker_counts, worker_options } from './worker-options.js';
import { thrownError, thrownText } from '../../base/thrown.js';

const EXPIRED_LOG_MS = 10_000;
const REFUSED_AS_EXPIRED =
  'all recent requests were past their deadline when they arrived, and were refused: the clocks of their requesters are behind the clock of this process, or a replica is behind';

/**
 * Handles one request: check of the deadline → handler, within its time limit → replies, each acknowledged by the
 * brokers. It is independent of the source of the request: `worker` reads it from the topic, and a function with an
 * event source mapping gets it in its event.
 */
export class RequestHandling<F> {
  readonly #config: config<F>;
  readonly #codec: request_reply_codec<F>;
  readonly #handler: frame_handler<F>;
  readonly #replies: ReplySenderParts<F>;
  readonly #options: worker_options<F>;
  readonly #limit: HandlerLimit;
  /** Requests that looked new and were past their deadline, and all others that were done. */
  readonly #expiredEvidence = new ExpiredEvidence();
  readonly #expiredLog = new LogLimit(EXPIRED_LOG_MS);
  readonly #answers: FailureAnswers;
  readonly #letters: DeadLetterRetries<F> | undefined;
  /** Why the last attempt of a request failed that will be handled again. */
  readonly #failures = new WeakMap<delivery<F>, unknown>();
  readonly #counts = {
    handled: 0,
    failed: 0,
    timed_out: 0,
    expired: 0,
    invalid: 0,
    undeliverable: 0,
    replies: 0,
    retries: 0,
    dead_letters: 0,
  };

  /**
   * @param retryMs how long a reply to a request without a deadline is retried while brokers are unavailable
   * @param letters for frames whose handler failed at its last attempt. @default they are only answered
   * @throws pubsub_error `config_invalid` if the codec has no `request_reply` part
   */
  constructor(
    settings: config<F>,
    handler: frame_handler<F>,
    replies: publisher<F>,
    retryMs: number,
    options: worker_options<F> = {},
    letters?: DeadLetterRetries<F>,
  ) {
    const { request_reply } = settings.frame_codec;
    if (request_reply === undefined) throw noRequestReply();
    this.#config = settings;
    this.#codec = request_reply;
    this.#handler = handler;
    this.#replies = {
      publisher: replies,
      codec: request_reply,
      retryMs,
      clock: settings.clock,
    };
    this.#options = options;
    this.#letters = letters;
    this.#answers = new FailureAnswers(settings);
    this.#limit = new HandlerLimit(settings.worker.handler_timeout_ms);
  }

  get counts(): worker_counts {
    return { ...this.#counts };
  }

  /** Why a request that arrives now would be refused, as far as the recent ones show; undefined: nothing shows it. */
  get problem(): string | undefined {
    return this.#expiredEvidence.isAll ? REFUSED_AS_EXPIRED : undefined;
  }

  /** Abandons every running handler; their frames are not done. */
  cutOff(): void {
    this.#limit.cutOff();
  }

  /**
   * Handles it once, without further attempts.
   *
   * @returns the outcome of the request, after the brokers have acknowledged its replies; undefined if `cutOff` was
   *   called: it may then be handled again
   */
  async handle(request: delivery<F>): Promise<handled_event<F> | undefined> {
    const outcome = await this.#attempt(request, () => undefined, 1, false);
    return outcome instanceof NextAttempt ? undefined : outcome;
  }

  /**
   * @param ended called once with the bytes of the replies when the handler has ended and they are being sent: the next
   *   request of its path may begin. Called before this call resolves; not called if there is another attempt
   * @param attempt 1 for the first
   * @returns as `handle`; or when the next attempt is due
   */
  attempt(
    request: delivery<F>,
    ended: (bytes: number) => void,
    attempt: number,
  ): Promise<handled_event<F> | NextAttempt | undefined> {
    return this.#attempt(request, ended, attempt, true);
  }

  async #attempt(
    request: delivery<F>,
    ended: (bytes: number) => void,
    attempt: number,
    mayRetry: boolean,
  ): Promise<handled_event<F> | NextAttempt | undefined> {
    let info: request_info;
    try {
      info = this.#codec.request_info(request.frame);
    } catch (error) {
      ended(0);
      const reason = thrownText(error);
      this.#span(request, undefined, attempt)?.end({ error });
      this.#config.logger.warn('a frame that is not a request was not handled', { ...request.position, reason });
      return this.#done(request, 'invalid', 0, 0, error);
    }
    const leftMs = msLeft(info, this.#config.clock);
    if (leftMs !== undefined && leftMs < 0) {
      ended(0);
      const before = this.#failures.get(request);
      return before === undefined
        ? this.#expired(request, info, attempt)
        : this.#givenUp(request, info, attempt - 1, before);
    }
    const span = this.#span(request, info.correlation_id, attempt);
    const sender = new ReplySender<F>(this.#replies, request, info, span);
    let kind: handled_event<F>['kind'] = 'handled';
    let failure: unknown;
    let letter: failed_frame | undefined;
    let hasEnded = false;
    try {
      try {
        const abortsInMs = this.#config.worker.abort_at_deadline ? leftMs : undefined;
        await this.#limit.run((run) => {
          if (span === undefined) return this.#runHandler(request, info, run, sender, attempt);
          return span.run(() => this.#runHandler(request, info, run, sender, attempt));
        }, abortsInMs);
      } catch (error) {
        if (error instanceof ReplyNotWritten || this.#limit.isCutOff) throw error;
        // The result of the handler comes too late.
        sender.stop();
        // A logger that adds the trace to its lines adds that of the frame.
        const next = mayRetry ? inSpan(span, () => this.#nextAttempt(error, request, info, attempt)) : undefined;
        if (next !== undefined) {
          span?.end({ error });
          sender.end();
          return next;
        }
        failure = error;
        kind = failedKind(error);
        const answer = inSpan(span, () => this.#answers.toFailure(error, request, info));
        letter = this.#letterOf(error, answer, kind, request, attempt, info);
        sender.error(answer);
      }
      hasEnded = true;
      span?.end({ error: failure });
      ended(sender.bytes);
      // The limit applies to the handler: brokers may take longer to acknowledge its replies.
      await sender.acknowledged;
    } catch (error) {
      if (!hasEnded) {
        const reason = error instanceof ReplyNotWritten ? error.reason : error;
        span?.end({ error: failure ?? (this.#limit.isCutOff ? { code: 'disposed' } : reason) });
        ended(sender.bytes);
      }
      if (this.#limit.isCutOff) return undefined;
      failure = error;
      kind = 'undeliverable';
      this.#undeliverable(request, error);
      await this.#tellRefused(sender, error, request, info);
    }
    sender.end();
    if (letter !== undefined && !(await this.#isWritten(letter))) return undefined;
    return this.#done(request, kind, sender.sent, attempt, failure);
  }

  /** An error that the handler chose is an answer: another attempt would give it again. */
  #nextAttempt(error: unknown, request: delivery<F>, info: request_info, attempt: number): NextAttempt | undefined {
    const { frame, position } = request;
    if (isAnswer(error, frame)) return undefined;
    const next = nextAttempt(this.#config.worker, attempt, msLeft(info, this.#config.clock));
    if (next === undefined) return undefined;
    this.#failures.set(request, error);
    this.#counts.retries += 1;
    this.#config.metrics.count('handler_retries', 1);
    this.#config.logger.warn('a handler failed, and its frame will be handled again', {
      ...position,
      correlation_id: info.correlation_id,
      attempt,
      pause_ms: next.pauseMs,
      error: thrownText(error),
    });
    return next;
  }

  /** The deadline passed before the next attempt began, and no requester waits for an answer: the last failure counts. */
  async #givenUp(
    request: delivery<F>,
    info: request_info,
    attempts: number,
    error: unknown,
  ): Promise<handled_event<F> | undefined> {
    const kind = failedKind(error);
    const letter = this.#letterOf(error, this.#answers.toFailure(error, request, info), kind, request, attempts, info);
    if (letter !== undefined && !(await this.#isWritten(letter))) return undefined;
    return this.#done(request, kind, 0, attempts, error);
  }

  /** False: the worker is being disposed. */
  async #isWritten(letter: failed_frame): Promise<boolean> {
    const isWritten = await this.#letters?.failed(letter);
    if (isWritten === true) this.#counts.dead_letters += 1;
    return isWritten !== undefined;
  }

  #letterOf(
    error: unknown,
    { id }: Answer,
    kind: failed_frame['kind'],
    request: delivery<F>,
    attempts: number,
    { correlation_id }: request_info,
  ): failed_frame | undefined {
    if (this.#letters === undefined || isAnswer(error, request.frame)) return undefined;
    const { position, key, headers } = request;
    const bytes = recordValue(request) ?? this.#config.frame_codec.encode(request.frame);
    const reason = thrownText(error);
    return { kind, position, key, headers, bytes, attempts, error_id: id ?? '', correlation_id, reason };
  }

  /**
   * The request is not handled. It is answered if the brokers have delivered it only for a short time: if its
   * requester still waits, the clocks differ, and only the requester can detect this.
   */
  #expired(request: delivery<F>, info: request_info, attempt: number): handled_event<F> {
    const wallMs = this.#config.clock.wall_ms();
    const isNew = looksNew(request, info, wallMs);
    const count = this.#expiredLog.take();
    if (count !== undefined) {
      const { topic, partition } = request.position;
      this.#config.logger.warn(
        isNew
          ? 'requests were past their deadline and were not handled, although they were read as soon as the brokers delivered them: check that the clocks agree, and that no replica is behind'
          : 'requests arrived after their deadline and were not handled: check that this worker is fast enough, and that the clocks agree',
        { topic, partition, count, late_ms: Math.round(wallMs - (info.deadline_ms ?? wallMs)) },
      );
    }
    const span = this.#span(request, info.correlation_id, attempt);
    if (isNew) {
      this.#expiredEvidence.expired();
      const sender = new ReplySender<F>(this.#replies, request, info, span);
      // The path does not wait for this.
      this.#postError(sender, expiredAnswer(wallMs)).then(
        () => sender.end(),
        () => sender.end(),
      );
    }
    span?.end({ error: { code: EXPIRED_CODE } });
    return this.#done(request, 'expired', 0, 0);
  }

  #runHandler(
    request: delivery<F>,
    info: request_info,
    run: HandlerRun,
    sender: ReplySender<F>,
    attempt: number,
  ): Promise<void> {
    try {
      const result = this.#handler(request.frame, new AttemptContext(request, info, attempt, run));
      if (isThenable(result)) return Promise.resolve(result).then((found) => sender.give(found));
      return sender.give(result) ?? given;
    } catch (error) {
      // Handlers may throw any value.
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
      return Promise.reject(error);
    }
  }

  #span({ position, headers }: delivery<F>, id: string | undefined, attempt: number): trace_span | undefined {
    const { tracing, groups } = this.#config;
    if (tracing.start_span === undefined) return undefined;
    const rest = { headers, position, group: groups.worker, attempt };
    return startSpan(this.#config, 'handle', position.topic, id, rest);
  }

  async #postError(sender: ReplySender<F>, error: Answer): Promise<void> {
    sender.error(error);
    await sender.acknowledged;
  }

  /** A result that is not a frame, or is too large: its requester gets an error reply instead of a time-out. */
  async #tellRefused(
    sender: ReplySender<F>,
    error: unknown,
    { position }: delivery<F>,
    info: request_info,
  ): Promise<void> {
    if (!(error instanceof ReplyNotWritten) || !refusedUnsent.has(error.reason.code)) return;
    const { raw_message, cause } = error.reason;
    // With a cause, the sentence has the text of an exception of the codec.
    const message =
      cause === undefined
        ? `the reply was refused: ${raw_message}`
        : this.#answers.toRefusedReply(error.reason, position, info).message;
    // If the error reply cannot be written either, it is as undeliverable as the reply.
    await this.#postError(sender, { code: 'reply_refused', message }).catch(() => undefined);
  }

  #undeliverable({ frame, position }: delivery<F>, error: unknown): void {
    const reason = error instanceof ReplyNotWritten ? error.reason : pubsub_error.from(error, 'reply');
    this.#config.logger.warn('a reply could not be written', { ...position, ...logFields(reason) });
    callHook(this.#config.logger, 'on_undeliverable', () => this.#options.on_undeliverable?.(frame, reason));
  }

  #done(
    request: delivery<F>,
    kind: handled_event<F>['kind'],
    replies: number,
    attempts: number,
    thrown?: unknown,
  ): handled_event<F> {
    this.#counts[kind] += 1;
    if (kind !== 'expired') this.#expiredEvidence.other();
    this.#counts.replies += replies;
    this.#config.metrics.count('frames_done', 1, { kind });
    const error = thrown === undefined ? undefined : thrownError(thrown);
    const event = { kind, delivery: request, replies, attempts, error };
    if (this.#options.on_handled !== undefined)
      callHook(this.#config.logger, 'on_handled', () => this.#options.on_handled?.(event));
    return event;
  }
}

function failedKind(error: unknown): failed_frame['kind'] {
  return error instanceof HandlerTimeout ? 'timed_out' : 'failed';
}

function inSpan<T>(span: trace_span | undefined, work: () => T): T {
  return span === undefined ? work() : span.run(work);
}

/** The bytes of the record, where its reader kept them. */
function recordValue(request: delivery<unknown>): Uint8Array | undefined {
  const { value } = request as { value?: Uint8Array };
  return value === undefined || value.length === 0 ? undefined : value;
}

const given = Promise.resolve();

/** The problem of the reply itself, not of its destination. */
const refusedUnsent: ReadonlySet<string> = new Set(['frame_invalid', 'frame_too_large']);
