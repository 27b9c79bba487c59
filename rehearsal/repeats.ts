interface Series<T> {
  readonly value: T;
  again: number;
  readonly timer: NodeJS.Timeout;
}

/** Reports repeated events: the first one at once, and equal ones within the next seconds together. */
export class Repeats<T> {
  readonly #series = new Map<string, Series<T>>();

  /**
   * @param report called for the first event with 0, and later with the number of repetitions
   * @param windowMs how long equal events are one series; 0: each one is reported
   */
  constructor(
    private readonly report: (value: T, again: number) => void,
    private readonly windowMs: number,
  ) {}

  /** The number of open series. */
  get size(): number {
    return this.#series.size;
  }

  has(key: string): boolean {
    return this.#series.has(key);
  }

  /** @returns the first event of the series */
  add(key: string, begin: () => T): T {
    const series = this.#series.get(key);
    if (series !== undefined) {
      series.again += 1;
      return series.value;
    }
    const value = begin();
    if (this.windowMs > 0) {
      const timer = setTimeout(() => this.#end(key), this.windowMs).unref();
      this.#series.set(key, { value, again: 0, timer });
    }
    this.report(value, 0);
    return value;
  }

  /** Reports the repetitions that were not reported yet. */
  close(): void {
    for (const key of [...this.#series.keys()]) this.#end(key);
  }

  #end(key: string): void {
    const series = this.#series.get(key);
    if (series === undefined) return;
    clearTimeout(series.timer);
    this.#series.delete(key);
    if (series.again > 0) this.report(series.value, series.again);
  }
}
