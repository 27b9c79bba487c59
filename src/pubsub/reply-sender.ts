import { Deadline } from '../base/deadline.js';
import { pubsub_error } from '../base/error.js';
import type { clock } from '../base/ports.js';
import type { request_info, request_reply_codec } from '../frame/frame-codec.js';
import { topic_type } from '../frame/topic-type.js';
import type { delivery } from './delivery.js';
import type { publisher } from './publisher.js';
import { no_reply, type handler_result } from './worker-options.js';

export interface ReplySenderOptions {
  /** For replies to requests without a deadline. */
  readonly retryMs: number;
  readonly clock: clock;
}

/** A reply that is late already is written all the same, so that its requester can count it; but not for long. */
const LATE_GRACE_MS = 2_000;

/** Sends the replies to one request, in order, each awaited until the brokers have it. */
export class ReplySender<F> {
  readonly #publisher: publisher<F>;
  readonly #codec: request_reply_codec<F>;
  readonly #options: ReplySenderOptions;
  readonly #delivery: delivery<F>;
  readonly #deadline: Deadline;
  readonly #wanted: boolean;
  #sent = 0;
  #over = false;

  constructor(
    parts: { publisher: publisher<F>; codec: request_reply_codec<F>; options: ReplySenderOptions },
    delivery: delivery<F>,
    info: request_info,
  ) {
    this.#publisher = parts.publisher;
    this.#codec = parts.codec;
    this.#options = parts.options;
    this.#delivery = delivery;
    const left =
      info.deadline_ms === undefined ? parts.options.retryMs : info.deadline_ms - parts.options.clock.wall_ms();
    this.#deadline = new Deadline(Math.max(LATE_GRACE_MS, left));
    this.#wanted = info.reply_to !== undefined;
  }

  /** Replies that the brokers have. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends what a handler gave back. Throws the handler's own error (an iterable may), or a `ReplyNotWritten`. */
  async result(result: handler_result<F>): Promise<void> {
    if (result === no_reply || !this.#wanted) {
      if (isAsyncIterable<F>(result)) for await (const _ of result) if (this.#isGivenUp()) break;
      return;
    }
    if (this.#isGivenUp()) return;
    if (result === undefined || result === null) {
      await this.#send(this.#codec.empty_reply(this.#delivery.frame), true);
    } else if (Array.isArray(result)) {
      const replies = result as readonly F[];
      if (replies.length === 0) await this.#send(this.#codec.empty_reply(this.#delivery.frame), true);
      for (const [index, reply] of replies.entries()) {
        if (this.#isGivenUp()) return;
        await this.#send(reply, index === replies.length - 1);
      }
    } else if (isAsyncIterable<F>(result)) {
      await this.#iterable(result);
    } else {
      await this.#send(result as F, true);
    }
  }

  /** The handler has been given up: nothing that it still gives back is sent. */
  stop(): void {
    this.#over = true;
  }

  /** The one error reply of a request whose handler failed. */
  async error(error: { code: string; message: string }): Promise<void> {
    if (this.#wanted) await this.#send(this.#codec.error_reply(this.#delivery.frame, error), true);
  }

  /** One behind: only with the next one, or the end, it is known whether a reply is the last. */
  async #iterable(replies: AsyncIterable<F>): Promise<void> {
    let held: { reply: F } | undefined;
    for await (const reply of replies) {
      if (this.#isGivenUp()) return;
      if (held !== undefined) await this.#send(held.reply, false);
      held = { reply };
    }
    if (this.#isGivenUp()) return;
    await this.#send(held === undefined ? this.#codec.empty_reply(this.#delivery.frame) : held.reply, true);
  }

  /** A method, because TypeScript believes that what it has looked at stays as it was. */
  #isGivenUp(): boolean {
    return this.#over;
  }

  async #send(reply: F, last: boolean): Promise<void> {
    const { frame: request, received_at_ms, headers } = this.#delivery;
    const { traceparent, 'run-id': runId } = headers;
    try {
      const addressed = this.#codec.address_reply(reply, request, {
        number: this.#sent,
        last,
        received_at_ms,
        sent_at_ms: this.#options.clock.wall_ms(),
      });
      await this.#publisher.send(topic_type.reply_to, addressed, {
        timeout_ms: this.#deadline.remainingMs(),
        headers: {
          ...(traceparent === undefined ? {} : { traceparent }),
          ...(runId === undefined ? {} : { 'run-id': runId }),
        },
      });
    } catch (error) {
      throw new ReplyNotWritten(pubsub_error.from(error, 'reply'));
    }
    this.#sent += 1;
  }
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
