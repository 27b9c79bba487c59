import type { Timestamp } from '@bufbuild/protobuf/wkt';
import type {
  AirCoreFrame,
  Coordinates,
  Error as ErrorMessage,
  Hop,
  KafkaKey,
  Payload,
  Sequencing,
} from './gen/air_core/v1/frame_pb.js';

// Tags: field number × 8 + wire type (0: varint, 2: length-delimited).
const VARINT = 0;
const DELIMITED = 2;
const MAX_INT32 = 0x7fff_ffff;
const maxSafe = BigInt(Number.MAX_SAFE_INTEGER);
const KEPT_BYTES = 65_536;
/** A varint of 64 bits, and a tag. */
const ROOM = 12;

let bytes = Buffer.allocUnsafeSlow(KEPT_BYTES);
/**
 * The position of the last written byte. The frame is written back to front, so the length of a message is known before
 * it is written.
 */
let at = 0;

/**
 * The bytes of a frame, as protobuf-es writes them, in a tenth of its time, because protobuf-es uses reflection with
 * several objects for each field. Returns undefined if a frame is unusual; protobuf-es then writes it, or reports what
 * is wrong. The tests check that both give the same bytes.
 */
export function writeFrame(frame: AirCoreFrame): Buffer | undefined {
  at = bytes.length;
  try {
    frameFields(frame);
    const result = Buffer.allocUnsafe(written());
    bytes.copy(result, 0, at);
    return result;
  } catch {
    return undefined;
  } finally {
    if (bytes.length > KEPT_BYTES) bytes = Buffer.allocUnsafeSlow(KEPT_BYTES);
  }
}

const unusual = new Error('not for this writer');

function frameFields(frame: AirCoreFrame): void {
  const { hops, payloads } = frame;
  if (!Array.isArray(hops) || !Array.isArray(payloads)) throw unusual;
  for (let i = hops.length - 1; i >= 0; i -= 1) nested(9, hops[i], hopFields);
  if (frame.deadline !== undefined) nested(8, frame.deadline, timestampFields);
  if (frame.sentAt !== undefined) nested(7, frame.sentAt, timestampFields);
  if (frame.error !== undefined) nested(6, frame.error, errorFields);
  if (frame.sequencing !== undefined) nested(5, frame.sequencing, sequencingFields);
  for (let i = payloads.length - 1; i >= 0; i -= 1) nested(4, payloads[i], payloadFields);
  text(3, frame.command);
  if (frame.replyTo !== undefined) nested(2, frame.replyTo, coordinatesFields);
  if (frame.sendTo !== undefined) nested(1, frame.sendTo, coordinatesFields);
}

function coordinatesFields({ correlationId, kafkaKey }: Coordinates): void {
  if (kafkaKey !== undefined) nested(2, kafkaKey, kafkaKeyFields);
  text(1, correlationId);
}

function kafkaKeyFields({ kafkaTopic, kafkaPartitionKey }: KafkaKey): void {
  switch (kafkaPartitionKey.case) {
    case 'partitionInteger':
      natural(kafkaPartitionKey.value, MAX_INT32);
      tag(3, VARINT);
      break;
    case 'sequenceNumberPath':
      nested(2, kafkaPartitionKey.value, pathFields);
      break;
    case undefined:
      break;
    default:
      throw unusual;
  }
  text(1, kafkaTopic);
}

function pathFields({ numbers }: { readonly numbers: unknown }): void {
  if (!Array.isArray(numbers)) throw unusual;
  if (numbers.length === 0) return;
  const before = written();
  for (let i = numbers.length - 1; i >= 0; i -= 1) natural64(numbers[i]);
  natural(written() - before, MAX_INT32);
  tag(1, DELIMITED);
}

function payloadFields({ contentType, content }: Payload): void {
  switch (content.case) {
    case 'text':
      delimitedText(2, content.value);
      break;
    case 'bytes':
      delimitedBytes(3, content.value);
      break;
    case undefined:
      break;
    default:
      throw unusual;
  }
  text(1, contentType);
}

function sequencingFields({ number, last }: Sequencing): void {
  if (typeof last !== 'boolean') throw unusual;
  if (last) {
    natural(1, 1);
    tag(2, VARINT);
  }
  if (number === 0) return;
  natural(number, 0xffff_ffff);
  tag(1, VARINT);
}

function errorFields({ code, message }: ErrorMessage): void {
  text(2, message);
  text(1, code);
}

function hopFields({ name, at: time }: Hop): void {
  if (time !== undefined) nested(2, time, timestampFields);
  text(1, name);
}

function timestampFields({ seconds, nanos }: Timestamp): void {
  if (nanos !== 0) {
    natural(nanos, MAX_INT32);
    tag(2, VARINT);
  }
  if (seconds === 0n) return;
  if (typeof seconds !== 'bigint' || seconds > 0x7fff_ffff_ffff_ffffn) throw unusual;
  natural64(seconds);
  tag(1, VARINT);
}

function nested<T>(field: number, message: T | undefined, fields: (message: T) => void): void {
  if (typeof message !== 'object' || message === null) throw unusual;
  const before = written();
  fields(message);
  natural(written() - before, MAX_INT32);
  tag(field, DELIMITED);
}

/** Omitted if empty, as in proto3. */
function text(field: number, value: string): void {
  if (value !== '') delimitedText(field, value);
}

function delimitedText(field: number, value: string): void {
  if (typeof value !== 'string') throw unusual;
  const length = Buffer.byteLength(value);
  reserve(length + ROOM);
  at -= length;
  if (length < 48 && length === value.length) {
    // Each character is one byte. For a few characters, this is faster than a call of the native function.
    for (let i = 0; i < length; i += 1) bytes[at + i] = value.charCodeAt(i);
  } else {
    bytes.write(value, at, length, 'utf8');
  }
  natural(length, MAX_INT32);
  tag(field, DELIMITED);
}

function delimitedBytes(field: number, value: Uint8Array): void {
  if (!(value instanceof Uint8Array)) throw unusual;
  reserve(value.length + ROOM);
  at -= value.length;
  bytes.set(value, at);
  natural(value.length, MAX_INT32);
  tag(field, DELIMITED);
}

function tag(field: number, wireType: number): void {
  reserve(1);
  bytes[(at -= 1)] = (field << 3) | wireType;
}

/** A whole number from 0 on, as a varint. */
function natural(value: number, most: number): void {
  if (!Number.isInteger(value) || value < 0 || value > most) throw unusual;
  reserve(ROOM);
  if (value < 0x80) {
    bytes[(at -= 1)] = value;
    return;
  }
  let length = 1;
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) length += 1;
  at -= length;
  let position = at;
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes[position++] = (rest % 0x80) | 0x80;
  bytes[position] = rest;
}

function natural64(value: unknown): void {
  if (typeof value !== 'bigint' || value < 0n || value > 0xffff_ffff_ffff_ffffn) throw unusual;
  if (value <= maxSafe) {
    natural(Number(value), Number.MAX_SAFE_INTEGER);
    return;
  }
  reserve(ROOM);
  let length = 1;
  for (let rest = value; rest > 0x7fn; rest >>= 7n) length += 1;
  at -= length;
  let position = at;
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes[position++] = Number(rest & 0x7fn) | 0x80;
  bytes[position] = Number(rest);
}

function written(): number {
  return bytes.length - at;
}

/** Grows the buffer at its start. */
function reserve(length: number): void {
  if (at >= length) return;
  const larger = Buffer.allocUnsafeSlow(2 * bytes.length + length);
  const start = larger.length - written();
  bytes.copy(larger, start, at);
  bytes = larger;
  at = start;
}
