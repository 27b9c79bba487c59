import type { Deadline } from '../base/deadline.js';
import type { pubsub_error } from '../base/error.js';

/** What a request is opened with. */
export interface RequestParts<F> {
  readonly id: string;
  readonly frame: F;
  readonly idempotent: boolean;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly deadline: Deadline;
  /** Wall clock, for the worker. */
  readonly deadlineWallMs: number;
  /** Called with each reply, for callers that want more than the last one. */
  readonly onReply: ((frame: F) => void) | undefined;
  readonly resolve: (last: F) => void;
  readonly reject: (error: pubsub_error) => void;
}

/** A request that waits for its replies. Thousands may wait at once: it holds no more than it needs. */
export class PendingRequest<F> {
  readonly id: string;
  readonly idempotent: boolean;
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly deadline: Deadline;
  readonly deadlineWallMs: number;
  partition = -1;
  /** Times it was sent, retries of the lanes not counted. */
  issues = 0;
  /** Ends listening to the caller's signal. */
  forget: (() => void) | undefined;
  #frame: F | undefined;
  #onReply: ((frame: F) => void) | undefined;
  /** Both undefined once it has ended. */
  #resolve: ((last: F) => void) | undefined;
  #reject: ((error: pubsub_error) => void) | undefined;
  /** Replies below this number have all come … */
  #next = 0;
  /** … and these above it: replies of one request come in order, unless it was handled twice. */
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
    this.#frame = parts.frame;
    this.#onReply = parts.onReply;
    this.#resolve = parts.resolve;
    this.#reject = parts.reject;
  }

  /** Replies that came. */
  get repliesSeen(): number {
    return this.#next + (this.#early?.size ?? 0);
  }

  /** True when every reply has come, up to the last. */
  get isAnswered(): boolean {
    return this.#lastNumber !== undefined && this.repliesSeen > this.#lastNumber;
  }

  /** The frame, to be sent to this partition. Only an idempotent request is ever sent again. */
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

  /** A reply that it has not seen. */
  add(reply: F, number: number, last: boolean): void {
    if (number === this.#next) {
      this.#next += 1;
      while (this.#early?.delete(this.#next) === true) this.#next += 1;
    } else {
      (this.#early ??= new Set()).add(number);
    }
    if (last) this.#lastNumber = number;
    if (number > this.#highest) {
      this.#highest = number;
      this.#result = reply;
    }
    this.#onReply?.(reply);
  }

  /** For the ledger, which sees to it that a request ends once. */
  complete(): void {
    const resolve = this.#resolve;
    const last = this.#result as F;
    this.#letGo();
    resolve?.(last);
  }

  fail(error: pubsub_error): void {
    const reject = this.#reject;
    this.#letGo();
    reject?.(error);
  }

  /**
   * The tables that the open requests were in keep them alive until the next full garbage collection (see `Chain`);
   * their promises, and with those the replies, need not be.
   */
  #letGo(): void {
    this.forget?.();
    this.forget = undefined;
    this.#frame = undefined;
    this.#onReply = undefined;
    this.#resolve = undefined;
    this.#reject = undefined;
    this.#result = undefined;
  }
}
