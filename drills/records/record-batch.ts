import { int16, int32, int64 } from '../../rehearsal/gateway/protocol/wire.js';
import { crc32c } from './crc32c.js';
import { lz4Frame } from './lz4.js';

/** A record as other clients may write it, including forms that kafkajs cannot write. */
export interface RawRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: readonly (readonly [name: string, value: Buffer | null])[];
}

const LZ4 = 3;

/** A record batch of Kafka's format 2, as in a Produce request. */
export function recordBatch(records: readonly RawRecord[], codec: 'none' | 'lz4' = 'none'): Buffer {
  const now = BigInt(Date.now());
  const plain = Buffer.concat(records.map(encodeRecord));
  const body = Buffer.concat([
    int16(codec === 'lz4' ? LZ4 : 0),
    int32(records.length - 1),
    int64(now),
    int64(now),
    // No producer id, epoch or sequence: neither idempotent nor in a transaction.
    int64(-1n),
    int16(-1),
    int32(-1),
    int32(records.length),
    codec === 'lz4' ? lz4Frame(plain) : plain,
  ]);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32c(body));
  // Leader epoch, magic, checksum.
  const rest = Buffer.concat([int32(-1), Buffer.from([2]), crc, body]);
  return Buffer.concat([int64(0n), int32(rest.length), rest]);
}

function encodeRecord({ key, value, headers = [] }: RawRecord, index: number): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(index),
    bytes(key),
    bytes(value),
    varint(headers.length),
    ...headers.flatMap(([name, content]) => [bytes(Buffer.from(name)), bytes(content)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

function bytes(value: Buffer | null): Buffer {
  return value === null ? varint(-1) : Buffer.concat([varint(value.length), value]);
}

/** Zigzag. */
function varint(value: number): Buffer {
  const parts: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest >= 0x80; rest >>>= 7) parts.push((rest & 0x7f) | 0x80);
  parts.push(rest);
  return Buffer.from(parts);
}
