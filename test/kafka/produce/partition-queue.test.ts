import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import { PartitionQueue, sizeOf, type PendingRecord } from '../../../src/kafka/produce/partition-queue.js';
import { nameOf, TestRecord } from './scripted-port.js';

const limits = { records: 3, bytes: 1_000 };
const names = (records: readonly PendingRecord[]): string[] => records.map(nameOf);

function queueOf(...records: (string | TestRecord)[]): PartitionQueue {
  const queue = new PartitionQueue(0);
  for (const record of records) queue.push(typeof record === 'string' ? new TestRecord(record) : record);
  return queue;
}

describe('the queue of a partition', () => {
  test('returns its records in the order of the calls, up to the limit of records', () => {
    const queue = queueOf('a', 'b', 'c', 'd');
    expect(queue.size).toBe(4);
    expect(names(queue.take(limits))).toEqual(['a', 'b', 'c']);
    expect(queue.size).toBe(1);
    expect(names(queue.take(limits))).toEqual(['d']);
    expect(queue.take(limits)).toEqual([]);
  });

  test('stops before the limit of bytes, but returns at least one record of any size', () => {
    const large = new TestRecord('large', { bytes: 5_000 });
    const half = (name: string): TestRecord => new TestRecord(name, { bytes: 460 });
    const queue = queueOf(half('a'), half('b'), half('c'), large, 'd');
    expect(names(queue.take(limits))).toEqual(['a', 'b']);
    expect(names(queue.take(limits))).toEqual(['c']);
    expect(names(queue.take(limits))).toEqual(['large']);
    expect(names(queue.take(limits))).toEqual(['d']);
  });

  test('forgets the records that have their outcome when the others learn why they wait', () => {
    const expired = new TestRecord('b');
    const queue = queueOf('a', expired, 'c');
    expired.settled = true;
    queue.note(new pubsub_error('broker_unavailable', 'send', 'no leader'));
    expect(queue.size).toBe(2);
    expect(names(queue.take(limits))).toEqual(['a', 'c']);
  });

  test('respects its own limit of records if that is lower', () => {
    const queue = queueOf('a', 'b', 'c');
    queue.recordLimit = 2;
    expect(names(queue.take(limits))).toEqual(['a', 'b']);
    expect(names(queue.take(limits))).toEqual(['c']);
  });

  test('skips records that already have an outcome, without counting them', () => {
    const gone = [new TestRecord('x', { bytes: 5_000 }), new TestRecord('y')];
    for (const record of gone) record.giveUp();
    const queue = queueOf(gone[0]!, 'a', gone[1]!, 'b', 'c');
    expect(names(queue.take(limits))).toEqual(['a', 'b', 'c']);
    expect(queue.size).toBe(0);
  });

  test('puts a batch back at the front, without records that got an outcome in the meantime', () => {
    const queue = queueOf('a', 'b', 'c', 'd', 'e');
    const batch = queue.take(limits);
    (batch[1] as TestRecord).giveUp();
    queue.putBack(batch);
    expect(queue.size).toBe(4);
    expect(names(queue.take(limits))).toEqual(['a', 'c', 'd']);
    expect(names(queue.take(limits))).toEqual(['e']);
  });

  test('returns the remaining records without an outcome at the end', () => {
    const gone = new TestRecord('x');
    const queue = queueOf('a', gone, 'b', 'c', 'd');
    queue.take({ records: 1, bytes: 1_000 });
    gone.giveUp();
    expect(names(queue.take(limits))).toEqual(['b', 'c', 'd']);
    expect(queue.size).toBe(0);
    queue.push(new TestRecord('later'));
    expect(names(queue.take(limits))).toEqual(['later']);
  });

  test('keeps the order of thousands of records, with batches put back at random', () => {
    const step = fc.record({
      push: fc.nat({ max: 900 }),
      take: fc.integer({ min: 1, max: 700 }),
      back: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const queue = new PartitionQueue(0);
        let pushed = 0;
        let taken = 0;
        for (const { push, take, back } of steps) {
          for (let i = 0; i < push; i += 1) queue.push(new TestRecord(String(pushed++)));
          const batch = queue.take({ records: take, bytes: 1e9 });
          expect(names(batch)).toEqual(
            Array.from({ length: Math.min(take, pushed - taken) }, (_, i) => `${taken + i}`),
          );
          if (back) queue.putBack(batch);
          else taken += batch.length;
          expect(queue.size).toBe(pushed - taken);
        }
        expect(names(queue.take({ records: pushed, bytes: Number.POSITIVE_INFINITY }))).toEqual(
          Array.from({ length: pushed - taken }, (_, i) => `${taken + i}`),
        );
      }),
      { numRuns: 40 },
    );
  });
});

test('the size of a record includes key, value and headers, at three bytes a character', () => {
  const plain = sizeOf(new TestRecord('', { bytes: 100 }));
  expect(plain).toBeGreaterThan(100);
  expect(sizeOf(new TestRecord('', { bytes: 100, key: Buffer.alloc(10) }))).toBe(plain + 10);
  const text = '世'.repeat(50);
  expect(sizeOf(new TestRecord('', { bytes: 100, headers: { name: text } }))).toBeGreaterThanOrEqual(
    plain + 4 + Buffer.byteLength(text),
  );
});
