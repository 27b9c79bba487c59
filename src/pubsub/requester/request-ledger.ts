import type { PendingRequest } from './pending-request.js';

/** The outcomes of ended requests, which classify their later replies. */
type Ending = 'complete' | 'given_up';

/**
 * At least this many ended requests are remembered, and at most twice as many. Replies to older ones count as foreign.
 */
const REMEMBERED = 20_000;

/** Requests by correlation id: the open ones, and the outcomes of the latest ended ones. */
export class RequestLedger<F> {
  readonly #open = new Map<string, PendingRequest<F>>();
  // Two maps, of which the older one is dropped as a whole: deleting the oldest entry of one map repeatedly would
  // iterate over thousands of holes of deleted entries.
  #ended = new Map<string, Ending>();
  #endedEarlier = new Map<string, Ending>();

  get size(): number {
    return this.#open.size;
  }

  add(request: PendingRequest<F>): void {
    this.#open.set(request.id, request);
  }

  get(id: string): PendingRequest<F> | undefined {
    return this.#open.get(id);
  }

  [Symbol.iterator](): IterableIterator<PendingRequest<F>> {
    return this.#open.values();
  }

  /** @returns false if it ended before: each request ends once */
  end(request: PendingRequest<F>, ending: Ending): boolean {
    if (!this.#open.delete(request.id)) return false;
    this.#ended.set(request.id, ending);
    if (this.#ended.size >= REMEMBERED) {
      this.#endedEarlier = this.#ended;
      this.#ended = new Map();
    }
    return true;
  }

  /** Classifies a reply to a request that is not open. */
  classify(id: string): 'late' | 'duplicate' | 'foreign' {
    const ending = this.#ended.get(id) ?? this.#endedEarlier.get(id);
    if (ending === undefined) return 'foreign';
    return ending === 'complete' ? 'duplicate' : 'late';
  }
}
