import type { pubsub_error } from '../../base/error.js';

/** The replies to one request, in the order of their numbers, for any order of arrival. */
export class ReplyStream<F> implements AsyncIterable<F> {
  readonly #numberOf: (reply: F) => number;
  readonly #early = new Map<number, F>();
  #next = 0;
  #ended: { error: pubsub_error | undefined } | undefined;
  #wake: () => void = () => undefined;

  constructor(numberOf: (reply: F) => number) {
    this.#numberOf = numberOf;
  }

  add(reply: F): void {
    this.#early.set(this.#numberOf(reply), reply);
    this.#wake();
  }

  end(error?: pubsub_error): void {
    this.#ended ??= { error };
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<F, void, undefined> {
    for (;;) {
      const reply = this.#early.get(this.#next);
      if (reply !== undefined) {
        this.#early.delete(this.#next);
        this.#next += 1;
        yield reply;
      } else if (this.#ended !== undefined) {
        if (this.#ended.error !== undefined) throw this.#ended.error;
        return;
      } else {
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    }
  }
}
