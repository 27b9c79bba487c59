/** A first-in-first-out queue with limits in items and bytes. It never refuses: whoever fills it asks `hasRoom`. */
export class BoundedQueue<T> {
  readonly #maxItems: number;
  readonly #maxBytes: number;
  #items: { item: T; bytes: number }[] = [];
  #head = 0;
  #bytes = 0;
  #room: (() => void)[] = [];

  constructor(limits: { maxItems: number; maxBytes: number }) {
    this.#maxItems = limits.maxItems;
    this.#maxBytes = limits.maxBytes;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  hasRoom(): boolean {
    return this.size < this.#maxItems && this.#bytes < this.#maxBytes;
  }

  /** Resolves when half of it is free: waking the filler for every single item would cost more than it brings. */
  room(): Promise<void> {
    if (this.#halfFree()) return Promise.resolve();
    return new Promise((resolve) => this.#room.push(resolve));
  }

  push(item: T, bytes: number): void {
    this.#items.push({ item, bytes });
    this.#bytes += bytes;
  }

  peek(): T | undefined {
    return this.#items[this.#head]?.item;
  }

  shift(): T | undefined {
    const entry = this.#items[this.#head];
    if (entry === undefined) return undefined;
    this.#head += 1;
    this.#bytes -= entry.bytes;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    } else if (this.#head > 1_024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    if (this.#room.length > 0 && this.#halfFree()) {
      const waiting = this.#room;
      this.#room = [];
      for (const resolve of waiting) resolve();
    }
    return entry.item;
  }

  #halfFree(): boolean {
    return this.size <= this.#maxItems / 2 && this.#bytes <= this.#maxBytes / 2;
  }
}
