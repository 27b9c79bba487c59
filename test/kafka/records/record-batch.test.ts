import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  AbortedRecords,
  BatchError,
  batchesIn,
  recordsOf,
  type DecodedRecord,
  type RecordBatch,
} from '../../../src/kafka/records/record-batch.js';
import { crc32c } from '../../../src/kafka/records/crc32c.js';

/**
 * Four records as brokers sent them: written by librdkafka with each codec, and written without one to a topic whose
 * `compression.type` made the broker (Java) compress them.
 */
const fixtures = JSON.parse(readFileSync(new URL('fixtures/batches.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;
const bytesOf = (name: string): Buffer => Buffer.from(fixtures[name]!, 'base64');

/** The batch with the correct checksum of its current bytes, as a broker would send it. */
function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  return bytes;
}

async function read(bytes: Buffer): Promise<DecodedRecord[]> {
  const records: DecodedRecord[] = [];
  for (const batch of batchesIn(bytes)) records.push(...(await recordsOf(batch)));
  return records;
}

describe('records of a batch', () => {
  test.each(Object.keys(fixtures))('written with %s are decoded', async (name) => {
    const records = await read(bytesOf(name));
    expect(
      records.map(({ offset, key, value, headers, bad }) => [offset, key?.toString(), value?.toString(), headers, bad]),
    ).toEqual([
      ...[0, 1, 2].map((i) => [i, `k${i}`, `value ${i} `.repeat(20), { a: `x${i}` }, undefined]),
      [3, undefined, undefined, {}, undefined],
    ]);
  });

  test('omit headers without a value, keep the last of a repeated header, and accept any header name', async () => {
    const records = await read(
      batch([
        record(0, 'v', [
          ['a', null],
          ['b', '1'],
          ['b', '2'],
          ['__proto__', 'x'],
        ]),
      ]),
    );
    const { headers } = records[0]!;
    expect(Object.keys(headers)).toEqual(['b', '__proto__']);
    expect([headers['b'], Object.getOwnPropertyDescriptor(headers, '__proto__')?.value]).toEqual(['2', 'x']);
  });

  test('that cannot be decoded are reported, and the records after them are still read', async () => {
    const broken = record(1, 'v');
    // Its key would be longer than the record.
    broken.writeInt8(126, 4);
    const records = await read(batch([record(0, 'a'), broken, record(2, 'c')]));
    expect(records.map(({ value, bad }) => value?.toString() ?? bad)).toEqual([
      'a',
      'the record cannot be decoded: the data ends too early',
      'c',
    ]);
  });

  test.each([
    ['ends before its offset', Buffer.from([2, 0])],
    ['has an offset of an earlier record', record(0, 'v')],
    ['has an offset that its batch does not have', record(9, 'v')],
  ])('that cannot be decoded have the offset of their place: one that %s', async (_what, broken) => {
    const records = await read(batch([record(0, 'a'), broken, record(2, 'c')]));
    expect(records.map(({ offset, bad }) => [offset, bad !== undefined])).toEqual([
      [0, false],
      [1, true],
      [2, false],
    ]);
  });

  test('of a compacted batch have an offset after the one before, if their own cannot be decoded', async () => {
    const bytes = batch([record(4, 'a'), Buffer.from([2, 0]), record(7, 'c')]);
    bytes.writeInt32BE(7, 23);
    expect((await read(sealed(bytes))).map(({ offset }) => offset)).toEqual([4, 5, 7]);
  });
});

describe('a batch that cannot be decoded', () => {
  const sentenceOf = async (bytes: Buffer): Promise<string> => {
    try {
      await read(sealed(bytes));
      return 'it was read';
    } catch (error) {
      if (!(error instanceof BatchError)) throw error;
      return `${error.message} (${String(error.context['codec'])}, offset ${String(error.context['offset'])})`;
    }
  };

  test.each(['gzip', 'snappy', 'lz4', 'zstd'])('because its %s data is damaged', async (codec) => {
    for (const by of ['librdkafka', 'broker']) {
      const bytes = bytesOf(`${codec} by ${by}`);
      bytes.fill(0xff, 61, bytes.length);
      expect(await sentenceOf(bytes)).toMatch(new RegExp(`^it cannot be decompressed: .+ \\(${codec}, offset 0\\)$`));
    }
  });

  test.each(Object.keys(fixtures))('because a byte on its way was changed: %s', async (name) => {
    for (const at of [21, 40, 60, 70]) {
      const bytes = bytesOf(name);
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      await expect(read(bytes)).rejects.toThrow('its checksum is wrong');
    }
  });

  test('because its codec is unknown', async () => {
    const bytes = bytesOf('none by librdkafka');
    bytes.writeInt16BE(6, 21);
    expect(await sentenceOf(bytes)).toBe(
      'it cannot be decompressed: compression type 6 is not known (type 6, offset 0)',
    );
  });

  test('because its format is older than Kafka 0.11, or newer', async () => {
    const bytes = bytesOf('none by librdkafka');
    bytes.writeInt8(1, 16);
    expect(await sentenceOf(bytes)).toContain('message format 1, which Kafka wrote before 0.11');
    bytes.writeInt8(3, 16);
    expect(await sentenceOf(bytes)).toContain('message format 3 is not known');
  });

  test('because the lengths of its records are invalid', async () => {
    const bytes = bytesOf('none by librdkafka');
    bytes.fill(0xff, 61);
    expect(await sentenceOf(bytes)).toContain('its records have invalid lengths');
  });
});

describe('lengths and counts that cannot be true', () => {
  /** Positions and values of header fields and lengths: those that are absurd, and any others. */
  const change = fc.record({
    at: fc.integer({ min: 21, max: 140 }),
    value: fc.oneof(fc.constantFrom(0x7fff_ffff, -1, -0x8000_0000, 0xff_ffff), fc.integer()),
  });

  test('give records, bad records or a BatchError, and no more records than there are bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const bytes = bytesOf('none by librdkafka');
        for (const { at, value } of changes) bytes.writeInt32BE(value | 0, at);
        try {
          let count = 0;
          for (const one of batchesIn(sealed(bytes))) for (const _ of await recordsOf(one)) count += 1;
          expect(count).toBeLessThan(bytes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(BatchError);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  test.each([
    ['the number of records', batch([record(0, 'a')]), 57],
    ['the number of records below zero', batch([record(0, 'a')]), -57],
  ])('%s', async (_what, bytes, at) => {
    bytes.writeInt32BE(at < 0 ? -5 : 0x7fff_ffff, Math.abs(at));
    const records = read(sealed(bytes));
    if (at < 0) expect(await records).toEqual([]);
    else await expect(records).rejects.toThrow(BatchError);
  });
});

test('more records than offsets make a batch that cannot be decoded', async () => {
  const bytes = batch([record(0, 'a'), Buffer.from([2, 0])]);
  bytes.writeInt32BE(0, 23);
  await expect(read(sealed(bytes))).rejects.toThrow('it has more records than offsets');
});

describe('the response of a broker', () => {
  test('may end in the middle of a batch, which is skipped', () => {
    const whole = bytesOf('none by librdkafka');
    for (let length = 0; length < whole.length; length += 7)
      expect([...batchesIn(Buffer.concat([whole, whole.subarray(0, length)]))]).toHaveLength(1);
  });

  test.each([0, -5, 5, 20, 48])('with a batch of length %i ends with a damaged batch', async (length) => {
    const bytes = bytesOf('none by librdkafka');
    bytes.writeInt32BE(length, 8);
    const [first] = [...batchesIn(bytes)];
    expect(first).toMatchObject({ firstOffset: 0, lastOffset: 0 });
    await expect(recordsOf(first!)).rejects.toThrow('its checksum is wrong: it was damaged');
  });
});

describe('transactions', () => {
  const marker = { isControl: true, isTransactional: true };
  const part = (firstOffset: number, producerId: number, more: Partial<RecordBatch> = {}): RecordBatch => ({
    firstOffset,
    lastOffset: firstOffset,
    leaderEpoch: 0,
    format: 2,
    codec: 0,
    checked: Buffer.alloc(0),
    checksum: 0,
    isTransactional: true,
    isControl: false,
    producerId,
    recordCount: 1,
    body: Buffer.alloc(0),
    ...more,
  });

  test('aborted records are distinguished from those of other producers, and from later ones of the same producer', () => {
    const aborted = new AbortedRecords([
      { producerId: 2, firstOffset: 3 },
      { producerId: 1, firstOffset: 0 },
    ]);
    const log = [
      part(0, 1),
      part(1, 9),
      part(2, -1, { isTransactional: false }),
      part(3, 2),
      part(4, 1, marker),
      part(5, 1),
      part(6, 2),
      part(7, 2, marker),
      part(8, 2),
    ];
    expect(log.filter((batch) => aborted.includes(batch)).map(({ firstOffset }) => firstOffset)).toEqual([0, 3, 6]);
  });
});

/** A record in Kafka's format 2, with its length before it. */
function record(offsetDelta: number, value: string, headers: [string, string | null][] = []): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(offsetDelta),
    bytes(null),
    bytes(value),
    varint(headers.length),
    ...headers.flatMap(([name, text]) => [bytes(name), bytes(text)]),
  ]);
  return Buffer.concat([varint(body.length), body]);
}

function batch(records: Buffer[]): Buffer {
  const header = Buffer.alloc(61);
  header.writeInt8(2, 16);
  header.writeInt32BE(records.length - 1, 23);
  header.writeInt32BE(records.length, 57);
  const whole = Buffer.concat([header, ...records]);
  whole.writeInt32BE(whole.length - 12, 8);
  return sealed(whole);
}

function bytes(text: string | null): Buffer {
  return text === null ? varint(-1) : Buffer.concat([varint(Buffer.byteLength(text)), Buffer.from(text)]);
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = ((value << 1) ^ (value >> 31)) >>> 0;
  for (; rest > 127; rest >>>= 7) out.push((rest & 127) | 128);
  return Buffer.from([...out, rest]);
}
