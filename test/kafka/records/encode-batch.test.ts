import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeBatch } from '../../../src/kafka/records/encode-batch.js';
import { batchesIn, recordsOf, type DecodedRecord } from '../../../src/kafka/records/record-batch.js';

async function decoded(bytes: Buffer): Promise<DecodedRecord[]> {
  const batches = [...batchesIn(bytes)];
  expect(batches).toHaveLength(1);
  return [...(await recordsOf(batches[0]!))];
}

const bytes = fc.option(
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
  { nil: null },
);
const record = fc.record({
  key: bytes,
  value: bytes,
  headers: fc.option(fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }), { nil: undefined }),
});

test('records are the same after they were encoded and decoded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 200 }), async (records) => {
      const read = await decoded(encodeBatch(records));
      expect(read.map(({ key, value, headers, bad }) => ({ key, value, headers: { ...headers }, bad }))).toEqual(
        records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers }, bad: undefined })),
      );
      expect(read.map(({ offset }) => offset)).toEqual(records.map((_, index) => index));
    }),
    { numRuns: 100 },
  );
});

test('a batch has these bytes', () => {
  const batch = encodeBatch(
    [{ key: Buffer.from('k'), value: Buffer.from('value'), headers: { h: 'é' } }],
    1_700_000_000_000,
  );
  const fields = [
    '0000000000000000 00000043 ffffffff 02 87816977', // first offset, length, leader epoch, format, checksum
    '0000 00000000 0000018bcfe56800 0000018bcfe56800', // attributes, last offset, first and last time
    'ffffffffffffffff ffff ffffffff 00000001', // producer id, epoch and sequence; count
    '22 00 00 00 02 6b 0a 76616c7565 02 02 68 04 c3a9', // the record
  ];
  expect(batch.toString('hex')).toBe(fields.join('').replaceAll(' ', ''));
});

test('a value may be large', async () => {
  const value = Buffer.alloc(3_000_000, 'x');
  expect((await decoded(encodeBatch([{ key: null, value, headers: undefined }])))[0]?.value?.equals(value)).toBe(true);
});
