/**
 * Decides what may run: at most `concurrency` items at the same time, and one at a time of each path, in order. Pure:
 * it runs nothing itself.
 */
export class PathSchedule<T> {
  readonly #concurrency: number;
  readonly #maxWaiting: number;
  /** For each path: the items that wait for the running one. */
  readonly #busy = new Map<string, T[] | null>();
  /** Paths whose first waiting item may run. */
  readonly #free: string[] = [];
  #waiting = 0;
  #running = 0;
  #paused = 0;

  constructor(limits: { concurrency: number; maxWaiting: number }) {
    this.#concurrency = limits.concurrency;
    this.#maxWaiting = limits.maxWaiting;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Items between two attempts. */
  get paused(): number {
    return this.#paused;
  }

  /** True if one more item may be added: it can run, or there is room for it to wait. */
  get wants(): boolean {
    return this.#running < this.#concurrency && this.#waiting + this.#paused < this.#maxWaiting;
  }

  /** @returns true: run it now, and call `ended` afterwards. False: it waits. */
  add(path: string | undefined, item: T): boolean {
    if (path === undefined) {
      this.#running += 1;
      return true;
    }
    const line = this.#busy.get(path);
    if (line === undefined) {
      // The list of waiting items is created with the first one.
      this.#busy.set(path, null);
      this.#running += 1;
      return true;
    }
    if (line === null) this.#busy.set(path, [item]);
    else line.push(item);
    this.#waiting += 1;
    return false;
  }

  /** An item ended: the next of its path may run. */
  ended(path: string | undefined): void {
    this.#running -= 1;
    if (path === undefined) return;
    const line = this.#busy.get(path);
    if (!line || line.length === 0) this.#busy.delete(path);
    else this.#free.push(path);
  }

  /** The next item whose path is free. It counts as running: call `ended` afterwards. */
  next(): { path: string; item: T } | undefined {
    if (this.#running >= this.#concurrency) return undefined;
    const path = this.#free.shift();
    if (path === undefined) return undefined;
    const item = this.#busy.get(path)?.shift();
    if (item === undefined) {
      this.#busy.delete(path);
      return this.next();
    }
    this.#waiting -= 1;
    this.#running += 1;
    return { path, item };
  }

  /**
   * A running item pauses, and runs nothing meanwhile.
   *
   * @param pathWaits false: the next of its path may run
   */
  pause(path: string, pathWaits: boolean): void {
    this.#paused += 1;
    if (pathWaits) this.#running -= 1;
    else this.ended(path);
  }

  /** The pause is over: it is the next of its path, or, if the path continued, the last. */
  resume(path: string, item: T, pathWaits: boolean): void {
    this.#paused -= 1;
    this.#waiting += 1;
    const line = this.#busy.get(path);
    if (pathWaits) {
      this.#busy.set(path, [item, ...(line ?? [])]);
      this.#free.push(path);
    } else if (line === undefined) {
      this.#busy.set(path, [item]);
      this.#free.push(path);
    } else if (line === null) this.#busy.set(path, [item]);
    else line.push(item);
  }

  /** Puts an item back at the front of its path, because it may not begin yet. */
  putBack(path: string, item: T): void {
    this.#running -= 1;
    this.#waiting += 1;
    this.#busy.set(path, [item, ...(this.#busy.get(path) ?? [])]);
    this.#free.push(path);
  }
}
