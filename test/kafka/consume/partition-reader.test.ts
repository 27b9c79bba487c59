import { expect, test } from 'vitest';
import type { FetchedPartition } from '../../../src/kafka/client/broker-apis.js';
import { LeaderEpochs } from '../../../src/kafka/consume/leader-epochs.js';
import type { OwnedPartition } from '../../../src/kafka/consume/ownership.js';
import { PartitionReader } from '../../../src/kafka/consume/partition-reader.js';
import { crc32c } from '../../../src/kafka/records/crc32c.js';
import { encodeBatch } from '../../../src/kafka/records/encode-batch.js';

/**
 * A reader of a partition that is at offset 5, and the offsets that it has delivered.
 *
 * @param whileFull what happens while it waits for room. @default there is room
 */
function reader(whileFull?: (owned: OwnedPartition) => void): {
  read(records: Buffer, highWatermark: number): Promise<void>;
  owned: OwnedPartition;
  seen: number[];
  passed: number[];
} {
  const seen: number[] = [];
  const passed: number[] = [];
  let hasRoom = whileFull === undefined;
  const owned = { partition: 0, position: 5, epochs: new LeaderEpochs() } as OwnedPartition;
  const made = new PartitionReader({
    topic: 't',
    sink: {
      hasRoom: () => hasRoom,
      room: () => Promise.resolve(),
      deliver: ({ offset }) => seen.push(offset),
      deliverBad: ({ offset }) => seen.push(-offset),
      passed: (_partition, offset) => passed.push(offset),
    },
    isCurrent: () => true,
    room: () => {
      whileFull?.(owned);
      hasRoom = true;
      return Promise.resolve();
    },
  });
  const read = (records: Buffer, highWatermark: number): Promise<void> =>
    made.read(owned, { records, highWatermark, aborted: [] } as unknown as FetchedPartition, undefined);
  return { read, owned, seen, passed };
}

/** A batch of two records, as it is in a log. */
function batchAt(offset: number): Buffer {
  const value = Buffer.from('x');
  const bytes = encodeBatch([
    { key: null, value, headers: undefined },
    { key: null, value, headers: undefined },
  ]);
  bytes.writeBigInt64BE(BigInt(offset), 0);
  return bytes;
}

test('a batch up to the end of the log is read', async () => {
  const { read, owned, seen } = reader();
  await read(Buffer.concat([batchAt(4), batchAt(6)]), 8);
  expect(seen).toEqual([5, 6, 7]);
  expect(owned.position).toBe(8);
});

test('a record that ends before its offset is a bad record, also within a batch', async () => {
  const { read, owned, seen } = reader();
  const bytes = batchAt(5);
  // The second record: as long as before, and its offset is a number that never ends.
  const second = 61 + (bytes.length - 61) / 2;
  bytes.fill(0xff, second + 3);
  bytes.writeUInt32BE(crc32c(bytes.subarray(21)), 17);
  await read(bytes, 7);
  expect(seen).toEqual([5, -6]);
  expect(owned.position).toBe(7);
});

test('a batch that was written after the broker read the end of the log is fetched again, and read', async () => {
  const { read, owned, seen } = reader();
  await read(Buffer.concat([batchAt(4), batchAt(6)]), 6);
  expect(seen).toEqual([5]);
  expect(owned.position).toBe(6);
  await read(Buffer.concat([batchAt(6), batchAt(8)]), 8);
  expect(seen).toEqual([5, 6, 7]);
  await read(batchAt(8), 10);
  expect(seen).toEqual([5, 6, 7, 8, 9]);
});

test.each([7, 1_000_000, 2 ** 40])(
  'a batch whose offset (%i) is beyond the end of the log twice stops the partition, which does not continue elsewhere',
  async (offset) => {
    const { read, owned, seen } = reader();
    await read(Buffer.concat([batchAt(4), batchAt(offset)]), 8);
    await expect(read(batchAt(offset), 8)).rejects.toMatchObject({ code: 'records_unreadable', details: { offset } });
    expect(seen).toEqual([5]);
    expect(owned.position).toBe(6);
  },
);

test.each([0, 4, 5])('a batch with an offset (%i) that an earlier batch has stops the partition', async (offset) => {
  const { read, owned, seen } = reader();
  const both = Buffer.concat([batchAt(4), batchAt(offset), batchAt(6)]);
  await expect(read(both, 8)).rejects.toMatchObject({ code: 'records_unreadable', details: { offset } });
  expect(seen).toEqual([5]);
  expect(owned.position).toBe(6);
});

test('a batch with an impossible length stops the partition, also below its position', async () => {
  const { read, owned, seen } = reader();
  await expect(read(Buffer.alloc(80), 8)).rejects.toMatchObject({ code: 'records_unreadable', details: { offset: 0 } });
  expect([seen, owned.position]).toEqual([[], 5]);
});

test('a position that moves while a record waits for room is kept, and the records of the old log are not delivered', async () => {
  const { read, owned, seen, passed } = reader((moved) => (moved.position = 0));
  await read(Buffer.concat([batchAt(4), batchAt(6)]), 8);
  expect([seen, passed, owned.position]).toEqual([[], [], 0]);
});

test('the epoch of a record is known as soon as it is delivered, and reading may stop within its batch', async () => {
  const known: unknown[] = [];
  const { read, owned } = reader((now) => {
    known.push(now.position, now.epochs.last, now.epochs.before(6));
    now.position = 100;
  });
  owned.epochs.startAt({ offset: 5, epoch: 3 });
  const batch = batchAt(5);
  batch.writeInt32BE(4, 12);
  await read(batch, 7);
  expect(known).toEqual([5, 3, 3]);
  owned.position = 5;
  await read(batch, 7);
  expect([owned.epochs.last, owned.epochs.before(5), owned.epochs.before(6)]).toEqual([4, 3, 4]);
});
