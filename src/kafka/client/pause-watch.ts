/**
 * Notices that this process did not run for a while: it was stopped, its machine slept, or a handler blocked the event
 * loop. The watch has to look more often than the shortest pause is long.
 */
export class PauseWatch {
  readonly #longestMs: number;
  readonly #now: () => number;
  #lookedAt: number;
  #runsSince = Number.NEGATIVE_INFINITY;

  /**
   * @param longestMs a longer time between two looks is a pause
   * @param now milliseconds. The monotonic clock stops while a machine sleeps; the wall clock does not. @default monotonic
   */
  constructor(longestMs: number, now: () => number = () => performance.now()) {
    this.#longestMs = longestMs;
    this.#now = now;
    this.#lookedAt = now();
  }

  /** @returns milliseconds of the pause that has just ended; 0: there was none */
  look(): number {
    const now = this.#now();
    const gap = now - this.#lookedAt;
    this.#lookedAt = now;
    if (gap <= this.#longestMs) return 0;
    this.#runsSince = now;
    return gap;
  }

  /** When the last pause ended, by the clock that was given; negative infinity: there was none. */
  get runsSince(): number {
    // This may be the first code that runs after a pause.
    this.look();
    return this.#runsSince;
  }
}
