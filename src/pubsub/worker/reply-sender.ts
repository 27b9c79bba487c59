import { Deadline } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import { headerNames } from '../../base/header-names.js';
import { isThenable } from '../../base/thenable.js';
import type { clock, trace_span } from '../../base/ports.js';
import type { request_info, request_reply_codec } from '../../frame/frame-codec.js';
import { topic_type } from '../../frame/topic-type.js';
import { valueKind } from '../../base/value-kind.js';
import type { record_headers } from '../../kafka/connection.js';
import type { delivery } from '../subscriber/delivery.js';
import { invalid } from '../publisher/outgoing-frame.js';
import type { publisher } from '../publisher/publisher.js';
import { no_reply, type handler_result } from './worker-options.js';

/** Values that are common to the replies of all requests. */
export interface ReplySenderParts<F> {
  readonly publisher: publisher<F>;
  readonly codec: request_reply_codec<F>;
  /** How long a reply to a request without a deadline is retried while brokers are unavailable. */
  readonly retryMs: number;
  readonly clock: clock;
}

/** A late reply is still written, so that its requester can count it, but it is retried only for a short time. */
const LATE_GRACE_MS = 2_000;

const acknowledgedAll = Promise.resolve();
const nothing = (): void => undefined;

/** Sends the replies to one request, in order. */
export class ReplySender<F> {
  readonly #parts: ReplySenderParts<F>;
  #delivery: delivery<F> | undefined;
  /** By the clock of the requester; undefined: it waits for ever. */
  readonly #deadlineAtMs: number | undefined;
  readonly #wanted: boolean;
  readonly #span: trace_span | undefined;
  #numbered = 0;
  #sent = 0;
  #bytes = 0;
  #over = false;
  #acknowledged: Promise<void> = acknowledgedAll;

  /** @param span of the handling, which is the parent of those of the replies */
  constructor(parts: ReplySenderParts<F>, delivery: delivery<F>, info: request_info, span: trace_span | undefined) {
    this.#parts = parts;
    this.#delivery = delivery;
    this.#span = span;
    this.#deadlineAtMs = info.deadline_ms;
    this.#wanted = info.reply_to !== undefined;
  }

  /** The number of acknowledged replies. */
  get sent(): number {
    return this.#sent;
  }

  /** The bytes of the replies that were passed to the publisher. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Resolves when the brokers have acknowledged every reply that was passed to the publisher; rejects with a
   * `ReplyNotWritten`.
   */
  get acknowledged(): Promise<void> {
    return this.#acknowledged;
  }

  /**
   * Passes the result of a handler to the publisher. Each reply of an iterable is awaited until the brokers acknowledge
   * it, except the last one; this gives the iterable back-pressure. Throws the handler's own error (an iterable may),
   * or a `ReplyNotWritten`.
   *
   * @returns undefined if it is already done
   */
  give(result: handler_result<F>): Promise<void> | undefined {
    if (isAsyncIterable<F>(result)) return this.#iterate(result);
    if (result === no_reply || !this.#wanted || this.#over) return undefined;
    if (!Array.isArray(result)) {
      this.#post(result === undefined || result === null ? this.#emptyReply() : (result as F), true);
      return undefined;
    }
    const replies = result as readonly F[];
    if (replies.length === 0) this.#post(this.#emptyReply(), true);
    replies.forEach((reply, index) => this.#post(reply, index === replies.length - 1));
    return undefined;
  }

  /**
   * Nothing will be sent any more. A sender may exist longer than its request (see `Chain`), so its frames are
   * released.
   */
  end(): void {
    this.#over = true;
    this.#delivery = undefined;
  }

  /** The handler was abandoned: its later replies are not sent. */
  stop(): void {
    this.#over = true;
  }

  /** The one error reply of a request whose handler failed. */
  error(error: { code: string; message: string }): void {
    if (this.#wanted) this.#post(this.#parts.codec.error_reply(this.#request.frame, error), true);
  }

  get #request(): delivery<F> {
    if (this.#delivery === undefined) throw new Error('a reply after the last one');
    return this.#delivery;
  }

  #emptyReply(): F {
    return this.#parts.codec.empty_reply(this.#request.frame);
  }

  /** Sends one reply behind, because only the next reply, or the end, shows whether a reply is the last. */
  async #iterate(replies: AsyncIterable<F>): Promise<void> {
    if (!this.#wanted) {
      // The handler still does its work.
      for await (const _ of replies) if (this.#isGivenUp()) break;
      return;
    }
    if (this.#isGivenUp()) return;
    let held: { reply: F } | undefined;
    for await (const reply of replies) {
      if (this.#isGivenUp()) return;
      if (held !== undefined) {
        this.#post(held.reply, false);
        await this.#acknowledged;
      }
      held = { reply };
    }
    if (this.#isGivenUp()) return;
    this.#post(held === undefined ? this.#emptyReply() : held.reply, true);
  }

  /** A method, because TypeScript believes that what it has looked at stays as it was. */
  #isGivenUp(): boolean {
    return this.#over;
  }

  /** Throws a `ReplyNotWritten` for a reply that cannot be sent at all. */
  #post(reply: F, last: boolean): void {
    const { codec, clock } = this.#parts;
    const { frame: request, received_at_ms, headers } = this.#request;
    // A frame of any class is an object. A promise has its value too late: only the handler can wait for it.
    if (typeof reply !== 'object' || reply === null || isThenable(reply)) throw notAFrame(reply);
    let addressed: F;
    try {
      const sentAtMs = clock.wall_ms();
      addressed = codec.address_reply(reply, request, {
        number: this.#numbered,
        last,
        received_at_ms,
        sent_at_ms: sentAtMs,
      });
    } catch (error) {
      throw new ReplyNotWritten(invalid(error, 'the result of the handler cannot be addressed'));
    }
    let resolve: () => void = nothing;
    let reject: (error: Error) => void = nothing;
    const acknowledged = new Promise<void>((...settle) => ([resolve, reject] = settle));
    try {
      this.#bytes += this.#publish(addressed, passedThrough(headers), resolve, reject);
    } catch (error) {
      throw notWritten(error);
    }
    this.#numbered += 1;
    const before = this.#acknowledged;
    this.#acknowledged = before === acknowledgedAll ? acknowledged : before.then(() => acknowledged);
    // The last promise, which includes the others, is awaited when the handler has ended.
    if (!last || before !== acknowledgedAll) acknowledged.catch(() => undefined);
    if (!last) this.#acknowledged.catch(() => undefined);
  }

  /** The two callbacks are created here, where they keep no frame alive until the acknowledgement. */
  #publish(reply: F, headers: record_headers | undefined, resolve: () => void, reject: (error: Error) => void): number {
    return this.#hand(
      reply,
      headers,
      () => {
        this.#sent += 1;
        resolve();
      },
      (error) => reject(notWritten(error)),
    );
  }

  /** Begins when the reply is sent: the handler may have used up the time of its request. */
  #sendDeadline(): Deadline {
    const { retryMs, clock } = this.#parts;
    const leftMs = this.#deadlineAtMs === undefined ? retryMs : this.#deadlineAtMs - clock.wall_ms();
    return new Deadline(Math.max(LATE_GRACE_MS, leftMs));
  }

  #hand(reply: F, headers: record_headers | undefined, written: () => void, refused: (error: unknown) => void): number {
    const { internals } = this.#parts.publisher;
    const deadline = this.#sendDeadline();
    if (this.#span === undefined)
      return internals.post(topic_type.reply_to, reply, deadline, headers, true, written, refused);
    return this.#span.run(() => internals.post(topic_type.reply_to, reply, deadline, headers, true, written, refused));
  }
}

const passedHeaders = [headerNames.traceparent, headerNames.tracestate, headerNames.runId] as const;

/** The headers of a request that are copied to its replies. */
function passedThrough(headers: record_headers): record_headers | undefined {
  let passed: Record<string, string> | undefined;
  for (const name of passedHeaders) {
    const value = headers[name];
    if (value !== undefined) (passed ??= {})[name] = value;
  }
  return passed;
}

/** A reply was not written to its topic: a separate class, to distinguish it from the errors of a handler. */
export class ReplyNotWritten extends Error {
  readonly reason: pubsub_error;

  constructor(reason: pubsub_error) {
    super(reason.message, { cause: reason });
    this.name = 'ReplyNotWritten';
    this.reason = reason;
  }
}

function notAFrame(reply: unknown): ReplyNotWritten {
  return new ReplyNotWritten(
    new pubsub_error('frame_invalid', 'encode', `the result of the handler is ${valueKind(reply)}, not a frame`, {
      hint: 'Return a frame, an array or an async iterable of frames, nothing, or no_reply.',
    }),
  );
}

function notWritten(error: unknown): ReplyNotWritten {
  return new ReplyNotWritten(pubsub_error.from(error, 'reply'));
}

function isAsyncIterable<F>(value: unknown): value is AsyncIterable<F> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
