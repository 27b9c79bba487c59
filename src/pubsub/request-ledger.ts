import type { PendingRequest } from './pending-request.js';

/** What became of ended requests, so that what still arrives for them can be told apart. */
type Ending = 'complete' | 'given_up';

/** At least so many ended requests are remembered, at most twice as many; older ones' stragglers count as foreign. */
const REMEMBERED = 20_000;

/** Requests by correlation id: the open ones, and how the latest others ended. */
export class RequestLedger<F> {
  readonly #open = new Map<string, PendingRequest<F>>();
  // Two halves, the older one forgotten as a whole: taking the oldest out of one map, again and again, walks over the
  // holes that the last ones left, thousands of them.
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

  /** @returns false when it has ended before: each request ends once */
  end(request: PendingRequest<F>, ending: Ending): boolean {
    if (!this.#open.delete(request.id)) return false;
    this.#ended.set(request.id, ending);
    if (this.#ended.size >= REMEMBERED) {
      this.#endedEarlier = this.#ended;
      this.#ended = new Map();
    }
    return true;
  }

  /** What a reply to a request that is not open is. */
  classify(id: string): 'late' | 'duplicate' | 'foreign' {
    const ending = this.#ended.get(id) ?? this.#endedEarlier.get(id);
    if (ending === undefined) return 'foreign';
    return ending === 'complete' ? 'duplicate' : 'late';
  }
}
