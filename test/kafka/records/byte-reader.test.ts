import fc from 'fast-check';
import { createRequire } from 'node:module';
import { describe, expect, test } from 'vitest';
import { ByteReader } from '../../../src/kafka/records/byte-reader.js';

/** kafkajs writes the same types. */
const Encoder = createRequire(import.meta.url)('kafkajs/src/protocol/encoder.js') as new () => {
  buffer: Buffer;
  writeVarInt(value: number): unknown;
  writeVarLong(value: string): unknown;
  writeUVarInt(value: number): unknown;
  writeInt64(value: string): unknown;
  writeString(value: string | null): unknown;
  writeUVarIntString(value: string | null): unknown;
};

function written(write: (encoder: InstanceType<typeof Encoder>) => unknown): ByteReader {
  const encoder = new Encoder();
  write(encoder);
  return new ByteReader(encoder.buffer);
}

describe('bytes that kafkajs writes are read', () => {
  test('numbers', () => {
    const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(int32, (n) => {
        expect(written((e) => e.writeVarInt(n)).varint()).toBe(n);
      }),
    );
    const uint31 = fc.nat({ max: 2 ** 31 - 1 });
    fc.assert(
      fc.property(uint31, (n) => {
        expect(written((e) => e.writeUVarInt(n)).unsignedVarint()).toBe(n);
      }),
    );
    const safe = fc.maxSafeInteger();
    fc.assert(
      fc.property(safe, (n) => {
        expect(written((e) => e.writeInt64(String(n))).int64()).toBe(n);
      }),
    );
    const large = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
    fc.assert(
      fc.property(large, (n) => {
        expect(written((e) => e.writeVarLong(String(n))).varint()).toBe(n);
      }),
    );
  });

  test('strings', () => {
    fc.assert(
      fc.property(fc.option(fc.string({ unit: 'binary' })), (text) => {
        expect(written((e) => e.writeString(text)).string()).toBe(text);
        expect(written((e) => e.writeUVarIntString(text)).compactString()).toBe(text);
      }),
    );
  });
});

test('bytes that end too early, or a number that does not end, throw a RangeError', () => {
  const short = new ByteReader(Buffer.from([0, 0, 0]));
  for (const read of ['int32', 'int64', 'uuid'] as const) expect(() => short[read]()).toThrow(RangeError);
  expect(() => new ByteReader(Buffer.alloc(20, 0xff)).varint()).toThrow(RangeError);
  expect(() => new ByteReader(Buffer.alloc(20, 0xff)).unsignedVarint()).toThrow(RangeError);
  expect(() => new ByteReader(Buffer.from([0x7f, 0xff])).string()).toThrow(RangeError);
});

test('an id of zeros counts as no id', () => {
  expect(new ByteReader(Buffer.alloc(16)).uuid()).toBeUndefined();
  expect(new ByteReader(Buffer.alloc(16, 0xab)).uuid()).toBe('ab'.repeat(16));
});
