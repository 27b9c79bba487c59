import { expect, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { OpenRecord } from '../../../src/kafka/produce/open-record.js';

function opened(deadline: Deadline): { record: OpenRecord; told: string[] } {
  const told: string[] = [];
  const record = new OpenRecord(
    { key: null, value: null },
    deadline,
    't',
    ({ offset }) => told.push(`written at ${offset}`),
    (error) => told.push(error.name),
    (_, how) => told.push(how),
  );
  return { record, told };
}

test('an acknowledgement after the outcome is reported to the producer, and not to the caller', () => {
  const { record, told } = opened(new Deadline(10));
  record.expire(undefined, false);
  expect(told).toEqual(['rejected', 'pubsub_error']);
  record.resolve(7, 0);
  expect(told).toEqual(['rejected', 'pubsub_error', 'acknowledged_late']);
});

test('a record without a deadline was opened when it was made', () => {
  const before = performance.now();
  const { openedAt } = opened(new Deadline(Number.POSITIVE_INFINITY)).record;
  expect(openedAt).toBeGreaterThanOrEqual(before);
  expect(openedAt).toBeLessThanOrEqual(performance.now());
});
