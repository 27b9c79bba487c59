/** The bytes end within a message, or contain an impossible value. */
export class MalformedMessage extends Error {}

/** Reads Kafka's encodings from front to back; throws `MalformedMessage` for bytes that are not valid. */
export class WireReader {
  #offset: number;

  constructor(
    private readonly bytes: Buffer,
    offset = 0,
  ) {
    this.#offset = offset;
  }

  get offset(): number {
    return this.#offset;
  }

  get left(): number {
    return this.bytes.length - this.#offset;
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

  int64(): bigint {
    return this.bytes.readBigInt64BE(this.#take(8));
  }

  /** At most 32 bits, as Kafka uses for lengths. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes.readUInt8(this.#take(1));
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new MalformedMessage('a number has too many bytes');
  }

  /** NULLABLE_STRING or COMPACT_NULLABLE_STRING. */
  string(flexible = false): string | undefined {
    return this.#raw(flexible ? this.uvarint() - 1 : this.int16())?.toString('utf8');
  }

  /** NULLABLE_BYTES or COMPACT_NULLABLE_BYTES; a view, not a copy. */
  blob(flexible = false): Buffer | undefined {
    return this.#raw(flexible ? this.uvarint() - 1 : this.int32());
  }

  /** The length of an ARRAY or a COMPACT_ARRAY; undefined for one that is null. */
  listLength(flexible = false): number | undefined {
    const length = flexible ? this.uvarint() - 1 : this.int32();
    if (length < -1) throw new MalformedMessage(`a list has ${length} entries`);
    return length === -1 ? undefined : length;
  }

  /** The next bytes; a view, not a copy. */
  take(count: number): Buffer {
    const from = this.#take(count);
    return this.bytes.subarray(from, from + count);
  }

  /** Skips tagged fields, whatever they are. */
  skipTags(): void {
    for (let count = this.uvarint(); count > 0; count--) {
      this.uvarint();
      this.#take(this.uvarint());
    }
  }

  #raw(length: number): Buffer | undefined {
    if (length === -1) return undefined;
    if (length < 0) throw new MalformedMessage(`a length is ${length}`);
    return this.take(length);
  }

  #take(count: number): number {
    const from = this.#offset;
    if (from + count > this.bytes.length) throw new MalformedMessage('the message ends too early');
    this.#offset = from + count;
    return from;
  }
}

export function int8(value: number): Buffer {
  return Buffer.from([value]);
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** The length of an ARRAY or a COMPACT_ARRAY. */
export function listLength(count: number, flexible = false): Buffer {
  return flexible ? uvarint(count + 1) : int32(count);
}

/** NULLABLE_STRING or COMPACT_NULLABLE_STRING. */
export function string(text: string | undefined, flexible = false): Buffer {
  if (text === undefined) return flexible ? uvarint(0) : int16(-1);
  const bytes = Buffer.from(text, 'utf8');
  return Buffer.concat([flexible ? uvarint(bytes.length + 1) : int16(bytes.length), bytes]);
}

/** BYTES or COMPACT_BYTES. */
export function blob(bytes: Buffer, flexible = false): Buffer {
  return Buffer.concat([flexible ? uvarint(bytes.length + 1) : int32(bytes.length), bytes]);
}

/** An empty list of tagged fields. */
export const noTags = Buffer.from([0]);

/** A message with its size before it, ready to send. */
export function framed(...parts: readonly Buffer[]): Buffer {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([int32(size), ...parts]);
}
