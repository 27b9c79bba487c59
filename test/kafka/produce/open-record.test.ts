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

test('a record is opened when it is sent, also if its deadline began before', async () => {
  const deadline = new Deadline(60_000);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = performance.now();
  const { openedAt } = opened(deadline).record;
  expect(openedAt).toBeGreaterThanOrEqual(before);
  expect(openedAt).toBeLessThanOrEqual(performance.now());
});
