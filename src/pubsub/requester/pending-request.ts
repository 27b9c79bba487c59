import type { Deadline } from '../../base/deadline.js';
import type { pubsub_error } from '../../base/error.js';
import type { trace_span } from '../../base/ports.js';

/** The arguments of a request. */
export interface RequestParts<F> {
  readonly id: string;
  readonly frame: F;
  readonly idempotent: boolean;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly deadline: Deadline;
  /** Wall clock, for the worker. */
  readonly deadlineWallMs: number;
  readonly span: trace_span | undefined;
  /** Called with each reply, for callers that need more than the last one. */
  readonly onReply: ((frame: F) => void) | undefined;
  readonly resolve: (last: F) => void;
  readonly reject: (error: pubsub_error) => void;
}

/** A request that waits for its replies. Thousands may wait at the same time, so it holds only what it needs. */
export class PendingRequest<F> {
  readonly id: string;
  readonly idempotent: boolean;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly deadline: Deadline;
  readonly deadlineWallMs: number;
  /** Ends with the request; undefined afterwards. */
  span: trace_span | undefined;
  partition = -1;
  /** How often it was sent, without retries of the lanes. */
  issues = 0;
  /** Removes the listener of the caller's signal. */
  forget: (() => void) | undefined;
  #frame: F | undefined;
  #onReply: ((frame: F) => void) | undefined;
  /** Both undefined after it has ended. */
  #resolve: ((last: F) => void) | undefined;
  #reject: ((error: pubsub_error) => void) | undefined;
  /** All replies below this number have arrived … */
  #next = 0;
  /** … and these above it: replies of one request arrive in order, unless it was handled twice. */
  #early: Set<number> | undefined;
  #lastNumber: number | undefined;
  #highest = -1;
  #result: F | undefined;

  constructor(parts: RequestParts<F>) {
    this.id = parts.id;
    this.idempotent = parts.idempotent;
    this.headers = parts.headers;
    this.deadline = parts.deadline;
    this.deadlineWallMs = parts.deadlineWallMs;
    this.span = parts.span;
    this.#frame = parts.frame;
    this.#onReply = parts.onReply;
    this.#resolve = parts.resolve;
    this.#reject = parts.reject;
  }

  /** The number of received replies. */
  get repliesSeen(): number {
    return this.#next + (this.#early?.size ?? 0);
  }

  /** True if all replies have arrived, up to the last one. */
  get isAnswered(): boolean {
    return this.#lastNumber !== undefined && this.repliesSeen > this.#lastNumber;
  }

  /** The frame, addressed to this reply partition. Only an idempotent request is sent again. */
  issueTo(partition: number): F | undefined {
    const frame = this.#frame;
    this.partition = partition;
    this.issues += 1;
    if (!this.idempotent) this.#frame = undefined;
    return frame;
  }

  hasSeen(number: number): boolean {
    return number < this.#next || this.#early?.has(number) === true;
  }

  /** Adds a reply that has not been seen. */
  add(reply: F, number: number, last: boolean): void {
    if (number === this.#next) {
      this.#next += 1;
      while (this.#early?.delete(this.#next) === true) this.#next += 1;
    } else {
      (this.#early ??= new Set()).add(number);
    }
    if (last) this.endsWith(reply, number);
    else if (number > this.#highest) {
      this.#highest = number;
      this.#result = reply;
    }
    this.#onReply?.(reply);
  }

  /** The last reply; one with its number may have arrived before, from a handling of the request that did not end. */
  endsWith(reply: F, number: number): void {
    this.#lastNumber = number;
    this.#highest = Number.POSITIVE_INFINITY;
    this.#result = reply;
  }

  /** Only for the ledger, which makes sure that a request ends once. */
  complete(): void {
    const resolve = this.#resolve;
    const { span } = this;
    const last = this.#result as F;
    this.#letGo();
    span?.end({});
    resolve?.(last);
  }

  fail(error: pubsub_error): void {
    const { span } = this;
    const reject = this.#reject;
    this.#letGo();
    span?.end({ error });
    reject?.(error);
  }

  /**
   * The tables of open requests may keep them alive until the next full garbage collection (see `Chain`). Their
   * promises and replies are released earlier.
   */
  #letGo(): void {
    this.forget?.();
    this.forget = undefined;
    this.span = undefined;
    this.#frame = undefined;
    this.#onReply = undefined;
    this.#resolve = undefined;
    this.#reject = undefined;
    this.#result = undefined;
  }
}
