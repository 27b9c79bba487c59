/**
 * Notices that this process did not run for a while: it was stopped, its machine slept, or a handler kept the event loop
 * busy. What others did not answer meanwhile was not their silence.
 */
export class PauseWatch {
  readonly #longestMs: number;
  #tickedAt = performance.now();
  #runsSince = Number.NEGATIVE_INFINITY;

  /** @param longestMs a longer time between two ticks is a pause */
  constructor(longestMs: number) {
    this.#longestMs = longestMs;
  }

  /** To be called in short intervals. */
  tick(): void {
    this.#look();
    this.#tickedAt = performance.now();
  }

  /** Monotonic time at which the last pause ended; negative infinity: there was none. */
  get runsSince(): number {
    // Whoever asks may be the first to run after a pause.
    this.#look();
    return this.#runsSince;
  }

  #look(): void {
    const now = performance.now();
    if (now - this.#tickedAt <= this.#longestMs) return;
    this.#tickedAt = now;
    this.#runsSince = now;
  }
}
