interface Series<T> {
  readonly value: T;
  again: number;
  readonly timer: NodeJS.Timeout;
}

/**
 * Tells of what happens over and over: the first time at once, and what is the same within the next seconds together.
 */
export class Repeats<T> {
  readonly #series = new Map<string, Series<T>>();

  /**
   * @param tell told the first with 0, and later how often the same happened again
   * @param windowMs how long the same is one series; 0: each is told
   */
  constructor(
    private readonly tell: (value: T, again: number) => void,
    private readonly windowMs: number,
  ) {}

  /** Series that are open. */
  get size(): number {
    return this.#series.size;
  }

  has(key: string): boolean {
    return this.#series.has(key);
  }

  /** @returns what the series began with */
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
    this.tell(value, 0);
    return value;
  }

  /** Tells what is still to be told. */
  close(): void {
    for (const key of [...this.#series.keys()]) this.#end(key);
  }

  #end(key: string): void {
    const series = this.#series.get(key);
    if (series === undefined) return;
    clearTimeout(series.timer);
    this.#series.delete(key);
    if (series.again > 0) this.tell(series.value, series.again);
  }
}
