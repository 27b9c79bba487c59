/**
 * Reads the types of Kafka's protocol from a buffer. A read beyond the end throws a RangeError, as Node's buffers do.
 *
 * 64-bit numbers become JavaScript numbers: offsets, timestamps and producer ids stay far below 2^53.
 */
export class ByteReader {
  readonly bytes: Buffer;
  /** Index of the next byte. */
  at: number;
  readonly end: number;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  int8(): number {
    return this.bytes.readInt8(this.#take(1));
  }

  int16(): number {
    return this.bytes.readInt16BE(this.#take(2));
  }

  int32(): number {
    return this.bytes.readInt32BE(this.#take(4));
  }

  int64(): number {
    const from = this.#take(8);
    return this.bytes.readInt32BE(from) * 4_294_967_296 + this.bytes.readUInt32BE(from + 4);
  }

  /** A zigzag-encoded number of up to 64 bits. */
  varint(): number {
    let low = 0;
    let shift = 0;
    for (; shift < 28; shift += 7) {
      const byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (low >>> 1) ^ -(low & 1);
    }
    let value = low;
    let factor = 2 ** 28;
    for (; shift < 70; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    throw new RangeError('a number of variable length has more than 64 bits');
  }

  unsignedVarint(): number {
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 5; i += 1) {
      const byte = this.#byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
    throw new RangeError('an unsigned number of variable length has more than 32 bits');
  }

  /** A slice of the same memory. */
  slice(length: number): Buffer {
    const from = this.#take(length);
    return this.bytes.subarray(from, from + length);
  }

  string(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.slice(length).toString('utf8');
  }

  compactString(): string | null {
    const length = this.unsignedVarint() - 1;
    return length < 0 ? null : this.slice(length).toString('utf8');
  }

  /** 32 hexadecimal digits; undefined for the id of all zeros, which means "none". */
  uuid(): string | undefined {
    const id = this.slice(16).toString('hex');
    return id === '00000000000000000000000000000000' ? undefined : id;
  }

  array<T>(read: () => T): T[] {
    return this.#times(this.int32(), read);
  }

  compactArray<T>(read: () => T): T[] {
    return this.#times(this.unsignedVarint() - 1, read);
  }

  /** Calls the function for each tagged field; bytes of the field that it does not read are skipped. */
  taggedFields(field?: (tag: number, value: ByteReader) => void): void {
    for (let left = this.unsignedVarint(); left > 0; left -= 1) {
      const tag = this.unsignedVarint();
      const length = this.unsignedVarint();
      const from = this.#take(length);
      field?.(tag, new ByteReader(this.bytes, from, from + length));
    }
  }

  #times<T>(count: number, read: () => T): T[] {
    const values: T[] = [];
    for (let left = count; left > 0; left -= 1) values.push(read());
    return values;
  }

  #byte(): number {
    const { at } = this;
    if (at >= this.end) throw new RangeError('the data ends too early');
    this.at = at + 1;
    return this.bytes[at] as number;
  }

  #take(length: number): number {
    const from = this.at;
    if (length < 0 || from + length > this.end) throw new RangeError('the data ends too early');
    this.at = from + length;
    return from;
  }
}
