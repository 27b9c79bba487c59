/** Fewer bytes are copied faster one by one. */
const SHORT = 64;

/**
 * The bytes that were decompressed so far, for formats that repeat earlier bytes. Memory is allocated for these bytes,
 * and not for what compressed data announces: a few bytes may announce gigabytes.
 */
export class Decompressed {
  readonly #most: number;
  #buffer: Buffer;
  #length = 0;

  /** @param compressed the number of compressed bytes */
  constructor(compressed: number, most: number) {
    this.#most = most;
    this.#buffer = Buffer.allocUnsafeSlow(Math.min(most, 4 * compressed));
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  /** @throws RangeError if there are too many bytes */
  append(source: Buffer, from: number, end: number): void {
    const count = end - from;
    this.#reserve(count);
    const buffer = this.#buffer;
    const to = this.#length;
    if (count < SHORT) for (let i = 0; i < count; i += 1) buffer[to + i] = source[from + i] as number;
    else source.copy(buffer, to, from, end);
    this.#length = to + count;
  }

  /**
   * Appends bytes that were appended before; both parts may overlap.
   *
   * @throws RangeError if there are too many bytes, or not as many before
   */
  repeat(distance: number, count: number): void {
    if (distance === 0 || distance > this.#length) throw new RangeError('it refers to data before its begin');
    this.#reserve(count);
    const buffer = this.#buffer;
    const from = this.#length - distance;
    const end = this.#length + count;
    let to = this.#length;
    if (count < SHORT) for (let at = from; to < end; at += 1, to += 1) buffer[to] = buffer[at] as number;
    // Each copy doubles the part that the next one can use.
    for (let part = 0; to < end; to += part) {
      part = Math.min(to - from, end - to);
      buffer.copyWithin(to, from, from + part);
    }
    this.#length = end;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed > this.#most) throw isTooLarge(this.#most);
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#most, Math.max(needed, 2 * this.#buffer.length)));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}

export function isTooLarge(most: number): Error {
  return new RangeError(`it is larger than ${most} bytes`);
}

export function endsTooEarly(): Error {
  return new RangeError('the data ends too early');
}
