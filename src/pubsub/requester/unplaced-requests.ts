import type { Deadline, wait_options } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';

export interface UnplacedRequestsParts<R> {
  /** The reply partition of the next request, if there is one now. */
  next(): number | undefined;
  /** Resolves when there is one. */
  wait(options: wait_options): Promise<unknown>;
  /** False: the request has its outcome, and needs no partition. */
  isOpen(request: R): boolean;
  send(request: R, partition: number): void;
  fail(request: R, error: pubsub_error): void;
}

/**
 * Requests that have no reply partition yet, because the group rebalances. None overtakes another: they may be of the
 * same path.
 */
export class UnplacedRequests<R extends { readonly deadline: Deadline }> {
  readonly #parts: UnplacedRequestsParts<R>;
  /** In the order of the calls. */
  readonly #requests: R[] = [];
  readonly #waiting = new Set<R>();

  constructor(parts: UnplacedRequestsParts<R>) {
    this.#parts = parts;
  }

  /** Sends the request to its partition: now, or as soon as there is one. */
  add(request: R): void {
    this.#requests.push(request);
    if (this.#requests.length === 1) this.#place();
    else this.#wait(request);
  }

  #place(): void {
    const { next, isOpen, send } = this.#parts;
    for (let first = this.#requests[0]; first !== undefined; first = this.#requests[0]) {
      if (!isOpen(first)) {
        this.#requests.shift();
        continue;
      }
      const partition = next();
      if (partition === undefined) {
        this.#wait(first);
        return;
      }
      this.#requests.shift();
      send(first, partition);
    }
  }

  /** Each request waits until its own deadline. The first that may be sent lets all others be sent, in order. */
  #wait(request: R): void {
    if (this.#waiting.has(request)) return;
    this.#waiting.add(request);
    const ended = (): void => {
      this.#waiting.delete(request);
      this.#place();
    };
    this.#parts.wait({ timeout_ms: request.deadline.remainingMs() }).then(ended, (error: unknown) => {
      this.#parts.fail(request, pubsub_error.from(error, 'join'));
      ended();
    });
  }
}
