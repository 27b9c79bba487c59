import { describe, expect, test } from 'vitest';
import { crc32c } from '../../../drills/records/crc32c.js';
import { lz4Frame } from '../../../drills/records/lz4.js';
import { recordBatch } from '../../../drills/records/record-batch.js';

test('the checksum is CRC-32C (Castagnoli)', () => {
  // The check value that RFC 3720 and others give for it.
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe306_9283);
});

test('an LZ4 frame stores blocks of at most 64 kB', () => {
  const frame = lz4Frame(Buffer.alloc(70_000, 1));
  expect(frame.subarray(0, 4).readUInt32LE()).toBe(0x184d_2204);
  expect(frame.readUInt32LE(7)).toBe(0x8000_0000 + 65_536);
  expect(frame.readUInt32LE(7 + 4 + 65_536)).toBe(0x8000_0000 + 70_000 - 65_536);
  expect(frame.subarray(-4)).toEqual(Buffer.alloc(4));
});

describe('a record batch', () => {
  const record = { key: Buffer.from('k'), value: null, headers: [['h', null]] as const };

  test('has its length, its format and its checksum', () => {
    const batch = recordBatch([record]);
    expect(batch.readInt32BE(8)).toBe(batch.length - 12);
    expect(batch.readInt8(16)).toBe(2);
    expect(batch.readUInt32BE(17)).toBe(crc32c(batch.subarray(21)));
  });

  test('may contain null values of records and of headers', () => {
    const records = recordBatch([record]).subarray(61);
    // Length, attributes, timestamp, offset, key of one byte, no value, one header with a name and no value.
    expect([...records]).toEqual([18, 0, 0, 0, 2, 107, 1, 2, 2, 104, 1].map((byte, i) => (i === 0 ? 20 : byte)));
  });

  test('names its codec', () => {
    expect(recordBatch([record], 'lz4').readInt16BE(21)).toBe(3);
  });
});
