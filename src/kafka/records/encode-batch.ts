import type { OutgoingBytes } from '../client/broker-apis.js';
import { crc32c } from './crc32c.js';

const HEADER_BYTES = 61;
/** The length does not count itself and what is before it. */
const PREFIX_BYTES = 12;
const FORMAT = 2;
const CHECKSUM_AT = 17;
const CHECKED_FROM = 21;
const NONE = -1;

/**
 * A batch of records in Kafka's message format 2, not compressed, without a producer id. All records have the same
 * time.
 *
 * @param now wall clock, milliseconds
 */
export function encodeBatch(records: readonly OutgoingBytes[], now = Date.now()): Buffer {
  const sizes = records.map(sizeOf);
  let total = HEADER_BYTES;
  for (const size of sizes) total += varintSize(size) + size;
  const batch = Buffer.allocUnsafe(total);
  writeHeader(batch, records.length, now);
  let at = HEADER_BYTES;
  for (let i = 0; i < records.length; i += 1) {
    at = writeVarint(batch, at, sizes[i] ?? 0);
    at = writeRecord(batch, at, records[i] as OutgoingBytes, i);
  }
  batch.writeUInt32BE(crc32c(batch.subarray(CHECKED_FROM)), CHECKSUM_AT);
  return batch;
}

function writeHeader(batch: Buffer, count: number, now: number): void {
  batch.writeBigInt64BE(0n, 0); // first offset: the broker sets it
  batch.writeInt32BE(batch.length - PREFIX_BYTES, 8);
  batch.writeInt32BE(NONE, 12); // leader epoch: the broker sets it
  batch.writeInt8(FORMAT, 16);
  batch.writeInt16BE(0, CHECKED_FROM); // attributes: not compressed, time of creation
  batch.writeInt32BE(count - 1, 23);
  batch.writeBigInt64BE(BigInt(now), 27);
  batch.writeBigInt64BE(BigInt(now), 35);
  batch.writeBigInt64BE(BigInt(NONE), 43); // producer id
  batch.writeInt16BE(NONE, 51); // producer epoch
  batch.writeInt32BE(NONE, 53); // sequence
  batch.writeInt32BE(count, 57);
}

/** Attributes and the difference of the time take one byte each. */
function sizeOf({ key, value, headers }: OutgoingBytes, offset: number): number {
  let size = 2 + varintSize(offset) + bytesSize(key) + bytesSize(value);
  const names = headers === undefined ? [] : Object.keys(headers);
  size += varintSize(names.length);
  for (const name of names) size += textSize(name) + textSize(headers?.[name] ?? '');
  return size;
}

function writeRecord(batch: Buffer, from: number, { key, value, headers }: OutgoingBytes, offset: number): number {
  batch[from] = 0; // attributes
  batch[from + 1] = 0; // difference of the time
  let at = writeVarint(batch, from + 2, offset);
  at = writeBytes(batch, at, key);
  at = writeBytes(batch, at, value);
  const names = headers === undefined ? [] : Object.keys(headers);
  at = writeVarint(batch, at, names.length);
  for (const name of names) {
    at = writeText(batch, at, name);
    at = writeText(batch, at, headers?.[name] ?? '');
  }
  return at;
}

function bytesSize(bytes: Buffer | null): number {
  return bytes === null ? varintSize(NONE) : varintSize(bytes.length) + bytes.length;
}

function writeBytes(batch: Buffer, at: number, bytes: Buffer | null): number {
  if (bytes === null) return writeVarint(batch, at, NONE);
  const from = writeVarint(batch, at, bytes.length);
  return from + bytes.copy(batch, from);
}

function textSize(text: string): number {
  const length = Buffer.byteLength(text);
  return varintSize(length) + length;
}

function writeText(batch: Buffer, at: number, text: string): number {
  const from = writeVarint(batch, at, Buffer.byteLength(text));
  return from + batch.write(text, from);
}

/** A zigzag-encoded number of up to 32 bits. */
function writeVarint(batch: Buffer, from: number, value: number): number {
  let at = from;
  let rest = zigzag(value);
  for (; rest >= 0x80; rest >>>= 7) batch[at++] = (rest & 0x7f) | 0x80;
  batch[at] = rest;
  return at + 1;
}

function varintSize(value: number): number {
  let size = 1;
  for (let rest = zigzag(value) >>> 7; rest > 0; rest >>>= 7) size += 1;
  return size;
}

function zigzag(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}
