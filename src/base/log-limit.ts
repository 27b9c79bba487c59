/** Lets a line through now and then, with the number of those that were held back since the last one. */
export class LogLimit {
  readonly #everyMs: number;
  #lastAt = Number.NEGATIVE_INFINITY;
  #held = 0;

  /** @param everyMs the shortest time between two lines */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** @returns how many this line stands for, itself included; undefined: it is held back */
  take(now = performance.now()): number | undefined {
    this.#held += 1;
    if (now - this.#lastAt < this.#everyMs) return undefined;
    const count = this.#held;
    this.#lastAt = now;
    this.#held = 0;
    return count;
  }
}
