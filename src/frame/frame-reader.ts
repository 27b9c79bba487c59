import type { Timestamp } from '@bufbuild/protobuf/wkt';
import type {
  AirCoreFrame,
  Coordinates,
  Error as ErrorMessage,
  Hop,
  KafkaKey,
  Path,
  Payload,
  Sequencing,
} from './gen/air_core/v1/frame_pb.js';

const MAX_INT32 = 0x7fff_ffff;
const BYTE_ORDER_MARK = 0xfeff;
const REPLACEMENT = '\ufffd';

let buffer: Buffer = Buffer.alloc(0);
let at = 0;

/**
 * Reads the same frame from these bytes as protobuf-es, in a tenth of its time. Returns undefined for unusual bytes:
 * truncated, with unknown or repeated fields, or with text that is not UTF-8. Protobuf-es then reads them, or reports
 * what is wrong. The tests check that both give the same frames.
 */
export function readFrame(bytes: Uint8Array): AirCoreFrame | undefined {
  buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  at = 0;
  try {
    return frame(buffer.length, bytes);
  } catch {
    return undefined;
  } finally {
    buffer = none;
  }
}

const none = buffer;
const unusual = new Error('not for this reader');

function frame(end: number, source: Uint8Array): AirCoreFrame {
  const message: AirCoreFrame = { $typeName: 'air_core.v1.AirCoreFrame', command: '', payloads: [], hops: [] };
  while (at < end) {
    switch (buffer[at++]) {
      case 0x0a:
        message.sendTo = once(message.sendTo, coordinates(length()));
        break;
      case 0x12:
        message.replyTo = once(message.replyTo, coordinates(length()));
        break;
      case 0x1a:
        message.command = text();
        break;
      case 0x22:
        message.payloads.push(payload(length(), source));
        break;
      case 0x2a:
        message.sequencing = once(message.sequencing, sequencing(length()));
        break;
      case 0x32:
        message.error = once(message.error, errorMessage(length()));
        break;
      case 0x3a:
        message.sentAt = once(message.sentAt, timestamp(length()));
        break;
      case 0x42:
        message.deadline = once(message.deadline, timestamp(length()));
        break;
      case 0x4a:
        message.hops.push(hop(length()));
        break;
      default:
        throw unusual;
    }
  }
  return ended(message, end);
}

function coordinates(end: number): Coordinates {
  const message: Coordinates = { $typeName: 'air_core.v1.Coordinates', correlationId: '' };
  while (at < end) {
    switch (buffer[at++]) {
      case 0x0a:
        message.correlationId = text();
        break;
      case 0x12:
        message.kafkaKey = once(message.kafkaKey, kafkaKey(length()));
        break;
      default:
        throw unusual;
    }
  }
  return ended(message, end);
}

function kafkaKey(end: number): KafkaKey {
  let kafkaTopic = '';
  let key: KafkaKey['kafkaPartitionKey'] | undefined;
  while (at < end) {
    switch (buffer[at++]) {
      case 0x0a:
        kafkaTopic = text();
        break;
      case 0x12:
        key = once(key, { case: 'sequenceNumberPath', value: path(length()) });
        break;
      case 0x18:
        key = once(key, { case: 'partitionInteger', value: natural(MAX_INT32) });
        break;
      default:
        throw unusual;
    }
  }
  const kafkaPartitionKey = key ?? { case: undefined };
  return ended({ $typeName: 'air_core.v1.KafkaKey', kafkaTopic, kafkaPartitionKey }, end);
}

function path(end: number): Path {
  const numbers: bigint[] = [];
  while (at < end) {
    if (buffer[at++] !== 0x0a) throw unusual;
    const endOfNumbers = length();
    while (at < endOfNumbers) numbers.push(natural64());
    if (at !== endOfNumbers) throw unusual;
  }
  return ended({ $typeName: 'air_core.v1.Path', numbers }, end);
}

function payload(end: number, source: Uint8Array): Payload {
  let contentType = '';
  let content: Payload['content'] | undefined;
  while (at < end) {
    switch (buffer[at++]) {
      case 0x0a:
        contentType = text();
        break;
      case 0x12:
        content = once(content, { case: 'text', value: text() });
        break;
      case 0x1a: {
        const endOfBytes = length();
        content = once(content, { case: 'bytes', value: source.subarray(at, endOfBytes) });
        at = endOfBytes;
        break;
      }
      default:
        throw unusual;
    }
  }
  return ended({ $typeName: 'air_core.v1.Payload', contentType, content: content ?? { case: undefined } }, end);
}

function sequencing(end: number): Sequencing {
  const message: Sequencing = { $typeName: 'air_core.v1.Sequencing', number: 0, last: false };
  while (at < end) {
    switch (buffer[at++]) {
      case 0x08:
        message.number = natural(0xffff_ffff);
        break;
      case 0x10:
        message.last = natural(1) === 1;
        break;
      default:
        throw unusual;
    }
  }
  return ended(message, end);
}

function errorMessage(end: number): ErrorMessage {
  const message: ErrorMessage = { $typeName: 'air_core.v1.Error', code: '', message: '' };
  while (at < end) {
    switch (buffer[at++]) {
      case 0x0a:
        message.code = text();
        break;
      case 0x12:
        message.message = text();
        break;
      default:
        throw unusual;
    }
  }
  return ended(message, end);
}

function hop(end: number): Hop {
  const message: Hop = { $typeName: 'air_core.v1.Hop', name: '' };
  while (at < end) {
    switch (buffer[at++]) {
      case 0x0a:
        message.name = text();
        break;
      case 0x12:
        message.at = once(message.at, timestamp(length()));
        break;
      default:
        throw unusual;
    }
  }
  return ended(message, end);
}

function timestamp(end: number): Timestamp {
  let seconds = 0n;
  let nanos = 0;
  while (at < end) {
    switch (buffer[at++]) {
      case 0x08:
        seconds = BigInt(natural(Number.MAX_SAFE_INTEGER));
        break;
      case 0x10:
        nanos = natural(MAX_INT32);
        break;
      default:
        throw unusual;
    }
  }
  return ended({ $typeName: 'google.protobuf.Timestamp', seconds, nanos }, end);
}

/** A repeated message is merged, and the last field of a oneof is used. */
function once<T>(before: T | undefined, value: T): T {
  if (before !== undefined) throw unusual;
  return value;
}

function ended<T>(message: T, end: number): T {
  if (at !== end) throw unusual;
  return message;
}

/** Reads a length, and returns the position after the data of that length. */
function length(): number {
  const end = natural(MAX_INT32) + at;
  if (end > buffer.length) throw unusual;
  return end;
}

function text(): string {
  const end = length();
  const value = buffer.toString('utf8', at, end);
  at = end;
  // Bytes that are not UTF-8 were decoded as a replacement character. Protobuf-es refuses them, and removes a byte
  // order mark.
  if (value.charCodeAt(0) === BYTE_ORDER_MARK || value.includes(REPLACEMENT)) throw unusual;
  return value;
}

/** Reads a varint that must not exceed `most`. */
function natural(most: number): number {
  let value = 0;
  let factor = 1;
  // Seven bytes hold 49 bits, and an eighth byte completes a number up to 2^53.
  for (let i = 0; i < 8; i += 1) {
    const byte = buffer[at++];
    if (byte === undefined) throw unusual;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) {
      if (value > most) throw unusual;
      return value;
    }
    factor *= 0x80;
  }
  throw unusual;
}

function natural64(): bigint {
  const begin = at;
  for (let i = 0; i < 9; i += 1) {
    const byte = buffer[at++];
    if (byte === undefined) throw unusual;
    if (byte >= 0x80) continue;
    if (i < 7) {
      at = begin;
      return BigInt(natural(Number.MAX_SAFE_INTEGER));
    }
    let value = 0n;
    for (let position = at - 1; position >= begin; position -= 1)
      value = (value << 7n) | BigInt((buffer[position] ?? 0) & 0x7f);
    return value;
  }
  throw unusual;
}
