/** Limits how often a line is logged, and counts the lines that were left out. */
export class LogLimit {
  readonly #everyMs: number;
  #lastAt = Number.NEGATIVE_INFINITY;
  #held = 0;

  /** @param everyMs the shortest time between two lines */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** @returns how many lines this one replaces, itself included; undefined: do not log it */
  take(now = performance.now()): number | undefined {
    this.#held += 1;
    if (now - this.#lastAt < this.#everyMs) return undefined;
    const count = this.#held;
    this.#lastAt = now;
    this.#held = 0;
    return count;
  }
}
