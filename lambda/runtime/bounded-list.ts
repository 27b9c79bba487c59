/** The position of a frame: partition, offset, correlation id. */
export type ListedFrame = readonly [partition: number, offset: number, correlation_id: string];

/**
 * The first entries of many, and a count of all, because the answer of a function is at most 1 MB. Its bytes are
 * limited too, because names and reasons come from records of unknown origin.
 */
export class BoundedList<T> {
  readonly #most: number;
  readonly #listed: T[] = [];
  #bytesLeft: number;
  #count = 0;

  /**
   * @param most the maximum number of listed entries
   * @param bytes the maximum size of their JSON
   */
  constructor(most: number, bytes: number) {
    this.#most = most;
    this.#bytesLeft = bytes;
  }

  add(entry: T): void {
    this.#count += 1;
    if (this.#bytesLeft <= 0 || this.#listed.length >= this.#most) return;
    this.#bytesLeft -= Buffer.byteLength(JSON.stringify(entry)) + 1;
    // After the first entry that does not fit, no other is listed, so that the list is the beginning.
    if (this.#bytesLeft >= 0) this.#listed.push(entry);
  }

  get count(): number {
    return this.#count;
  }

  get listed(): readonly T[] {
    return this.#listed;
  }

  get leftOut(): number {
    return this.#count - this.#listed.length;
  }
}

/** The first hundred problems. A result has at most four of these lists, or three beside those of frames. */
export class Exceptions<T> extends BoundedList<T> {
  constructor() {
    super(100, 80_000);
  }
}

/** The positions of the first 4 000 frames. A result has at most two of these lists. */
export class ListedFrames extends BoundedList<ListedFrame> {
  constructor() {
    super(4_000, 350_000);
  }
}
