import { Deadline } from '../base/deadline.js';
import { pubsub_error } from '../base/error.js';
import type { clock } from '../base/ports.js';
import type { request_info, request_reply_codec } from '../frame/frame-codec.js';
import { topic_type } from '../frame/topic-type.js';
import type { RecordHeaders } from '../kafka/connection.js';
import type { delivery } from './delivery.js';
import { invalid } from './outgoing-frame.js';
import type { publisher } from './publisher.js';
import { no_reply, type handler_result } from './worker-options.js';

/** What the replies to all requests share. */
export interface ReplySenderParts<F> {
  readonly publisher: publisher<F>;
  readonly codec: request_reply_codec<F>;
  /** How long a reply to a request without a deadline is tried while brokers are unavailable. */
  readonly retryMs: number;
  readonly clock: clock;
}

/** A reply that is late already is written all the same, so that its requester can count it; but not for long. */
const LATE_GRACE_MS = 2_000;

/** Sends the replies to one request, in order, each awaited until the brokers have it. */
export class ReplySender<F> {
  readonly #parts: ReplySenderParts<F>;
  #delivery: delivery<F> | undefined;
  readonly #deadline: Deadline;
  readonly #wanted: boolean;
  #sent = 0;
  #over = false;

  constructor(parts: ReplySenderParts<F>, delivery: delivery<F>, info: request_info) {
    this.#parts = parts;
    this.#delivery = delivery;
    const left = info.deadline_ms === undefined ? parts.retryMs : info.deadline_ms - parts.clock.wall_ms();
    this.#deadline = new Deadline(Math.max(LATE_GRACE_MS, left));
    this.#wanted = info.reply_to !== undefined;
  }

  /** Replies that the brokers have. */
  get sent(): number {
    return this.#sent;
  }

  /**
   * Sends several replies, if that is what a handler gave back. Throws the handler's own error (an iterable may), or a
   * `ReplyNotWritten`.
   *
   * @returns true when there is nothing left to send
   */
  async several(result: handler_result<F>): Promise<boolean> {
    if (!Array.isArray(result) && !isAsyncIterable<F>(result)) return false;
    await this.#several(result as readonly F[]);
    return true;
  }

  /** Sends the one reply that a handler gave back. Throws a `ReplyNotWritten`. */
  one(result: handler_result<F>): Promise<void> {
    if (result === no_reply || !this.#wanted || this.#isGivenUp()) return nothingToSend;
    return result === undefined || result === null ? this.#empty() : this.#send(result as F, true);
  }

  /** Nothing will be sent any more. A sender may outlive its request (see `Chain`); the frames need not. */
  end(): void {
    this.#over = true;
    this.#delivery = undefined;
  }

  /** The handler has been given up: nothing that it still gives back is sent. */
  stop(): void {
    this.#over = true;
  }

  /** The one error reply of a request whose handler failed. */
  async error(error: { code: string; message: string }): Promise<void> {
    if (this.#wanted) await this.#send(this.#parts.codec.error_reply(this.#request.frame, error), true);
  }

  get #request(): delivery<F> {
    if (this.#delivery === undefined) throw new Error('a reply after the last one');
    return this.#delivery;
  }

  #empty(): Promise<void> {
    return this.#send(this.#parts.codec.empty_reply(this.#request.frame), true);
  }

  /** One behind: only with the next one, or the end, it is known whether a reply is the last. */
  async #several(replies: readonly F[] | AsyncIterable<F>): Promise<void> {
    if (!this.#wanted) {
      // The handler does its work all the same.
      if (isAsyncIterable(replies)) for await (const _ of replies) if (this.#isGivenUp()) break;
      return;
    }
    if (this.#isGivenUp()) return;
    let held: { reply: F } | undefined;
    for await (const reply of replies) {
      if (this.#isGivenUp()) return;
      if (held !== undefined) await this.#send(held.reply, false);
      held = { reply };
    }
    if (this.#isGivenUp()) return;
    await (held === undefined ? this.#empty() : this.#send(held.reply, true));
  }

  /** A method, because TypeScript believes that what it has looked at stays as it was. */
  #isGivenUp(): boolean {
    return this.#over;
  }

  #send(reply: F, last: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const { publisher, codec, clock } = this.#parts;
      const { frame: request, received_at_ms, headers } = this.#request;
      let addressed: F;
      try {
        const sent_at_ms = clock.wall_ms();
        addressed = codec.address_reply(reply, request, { number: this.#sent, last, received_at_ms, sent_at_ms });
      } catch (error) {
        throw new ReplyNotWritten(invalid(error, 'what the handler returned cannot be addressed'));
      }
      publisher.internals.post(
        topic_type.reply_to,
        addressed,
        this.#deadline,
        passedThrough(headers),
        () => {
          this.#sent += 1;
          resolve();
        },
        (error) => reject(new ReplyNotWritten(pubsub_error.from(error, 'reply'))),
      );
    });
  }
}

const nothingToSend = Promise.resolve();

/** The headers of a request that its replies carry, too. */
function passedThrough({ traceparent, 'run-id': runId }: RecordHeaders): RecordHeaders | undefined {
  if (traceparent === undefined && runId === undefined) return undefined;
  return { ...(traceparent === undefined ? {} : { traceparent }), ...(runId === undefined ? {} : { 'run-id': runId }) };
}

/** A reply did not reach its topic: told apart from what a handler throws. */
export class ReplyNotWritten extends Error {
  readonly reason: pubsub_error;

  constructor(reason: pubsub_error) {
    super(reason.message, { cause: reason });
    this.name = 'ReplyNotWritten';
    this.reason = reason;
  }
}

function isAsyncIterable<F>(value: unknown): value is AsyncIterable<F> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
