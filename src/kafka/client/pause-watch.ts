/**
 * Notices that this process did not run for a while: it was stopped, its machine slept, or a handler blocked the event
 * loop. The watch has to look more often than the shortest pause is long.
 *
 * It reads two clocks: the monotonic one stops while a machine sleeps, and the wall clock may be set back. If it was
 * set forward, this counts as a pause, too.
 */
export class PauseWatch {
  readonly #longestMs: number;
  #lookedAt = performance.now();
  #lookedAtWall = Date.now();
  #runsSince = Number.NEGATIVE_INFINITY;

  /** @param longestMs a longer time between two looks is a pause */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  /** @returns milliseconds of the pause that has just ended; 0: there was none */
  look(): number {
    const now = performance.now();
    const wall = Date.now();
    const gap = Math.max(now - this.#lookedAt, wall - this.#lookedAtWall);
    this.#lookedAt = now;
    this.#lookedAtWall = wall;
    if (gap <= this.#longestMs) return 0;
    this.#runsSince = now;
    return Math.round(gap);
  }

  /** Monotonic time when the last pause ended; negative infinity: there was none. */
  get runsSince(): number {
    // This may be the first code that runs after a pause.
    this.look();
    return this.#runsSince;
  }
}
