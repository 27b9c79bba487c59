interface Entry<T> {
  readonly item: T;
  readonly bytes: number;
}

/** A first-in-first-out queue with limits in items and bytes. It never refuses an item: the caller checks `hasRoom` first. */
export class BoundedQueue<T> {
  readonly #maxItems: number;
  readonly #maxBytes: number;
  /**
   * A ring buffer. Taken items are released immediately, and the array is never replaced by a shorter copy: an old
   * array keeps its items alive until the next full garbage collection, which may be tens of megabytes.
   */
  #ring: (Entry<T> | undefined)[];
  #first = 0;
  #size = 0;
  #bytes = 0;
  #room: (() => void)[] = [];

  constructor(limits: { maxItems: number; maxBytes: number }) {
    this.#maxItems = limits.maxItems;
    this.#maxBytes = limits.maxBytes;
    this.#ring = new Array<Entry<T> | undefined>(16).fill(undefined);
  }

  get size(): number {
    return this.#size;
  }

  hasRoom(): boolean {
    return this.#size < this.#maxItems && this.#bytes < this.#maxBytes;
  }

  /**
   * Resolves when half of it is free, because waking the producer for every single item would cost more than it saves.
   */
  room(): Promise<void> {
    if (this.#halfFree()) return Promise.resolve();
    return new Promise((resolve) => this.#room.push(resolve));
  }

  push(item: T, bytes: number): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#first + this.#size) % this.#ring.length] = { item, bytes };
    this.#size += 1;
    this.#bytes += bytes;
  }

  peek(): T | undefined {
    return this.#ring[this.#first]?.item;
  }

  shift(): T | undefined {
    const entry = this.#ring[this.#first];
    if (entry === undefined) return undefined;
    this.#ring[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#ring.length;
    this.#size -= 1;
    this.#bytes -= entry.bytes;
    if (this.#room.length > 0 && this.#halfFree()) {
      const waiting = this.#room;
      this.#room = [];
      for (const resolve of waiting) resolve();
    }
    return entry.item;
  }

  #grow(): void {
    const { length } = this.#ring;
    const larger = new Array<Entry<T> | undefined>(length * 2).fill(undefined);
    for (let i = 0; i < length; i += 1) larger[i] = this.#ring[(this.#first + i) % length];
    this.#ring.fill(undefined);
    this.#ring = larger;
    this.#first = 0;
  }

  #halfFree(): boolean {
    return this.#size <= this.#maxItems / 2 && this.#bytes <= this.#maxBytes / 2;
  }
}
