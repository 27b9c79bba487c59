/** A frame on its topic: partition, offset, correlation id. */
export type ListedFrame = readonly [partition: number, offset: number, correlation_id: string];

/**
 * The first entries of many, and a count of all: Lambda's callers get answers of at most 1 MB. It is bounded by its
 * bytes too, because names and reasons come from records that anybody may have written.
 */
export class BoundedList<T> {
  readonly #most: number;
  readonly #listed: T[] = [];
  #bytesLeft: number;
  #count = 0;

  /**
   * @param most entries that are listed
   * @param bytes of JSON that they may take
   */
  constructor(most: number, bytes: number) {
    this.#most = most;
    this.#bytesLeft = bytes;
  }

  add(entry: T): void {
    this.#count += 1;
    if (this.#bytesLeft <= 0 || this.#listed.length >= this.#most) return;
    this.#bytesLeft -= Buffer.byteLength(JSON.stringify(entry)) + 1;
    // From the first that does not fit, none is listed: what is listed is the beginning.
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

/** What went wrong: the first hundred. A result has three of these at most. */
export class Exceptions<T> extends BoundedList<T> {
  constructor() {
    super(100, 80_000);
  }
}

/** Where frames are: the first 4 000. A result has two of these at most. */
export class ListedFrames extends BoundedList<ListedFrame> {
  constructor() {
    super(4_000, 350_000);
  }
}
