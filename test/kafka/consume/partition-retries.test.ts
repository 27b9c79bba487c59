import { expect, test } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import { RetryPolicy } from '../../../src/kafka/client/retry-policy.js';
import { PartitionRetries } from '../../../src/kafka/consume/partition-retries.js';

const denied = new pubsub_error('not_authorized', 'receive', 'it is denied');

/** The time for denials is 60 s, and joins succeed whenever the test says so. */
function retrying() {
  const joins = new RetryPolicy(60_000);
  joins.succeeded();
  const partitions = new PartitionRetries(() => joins.following());
  const isRetried = (partition: number, seconds: number): boolean =>
    partitions.of(partition).pauseAfter(denied, seconds * 1_000) !== undefined;
  return { joins, partitions, isRetried };
}

test('a partition that answers again has the whole time at its next denial', () => {
  const { partitions, isRetried } = retrying();
  expect(isRetried(0, 0)).toBe(true);
  expect(isRetried(0, 20)).toBe(true);
  partitions.answered(0);
  expect(isRetried(0, 1_000_000)).toBe(true);
  expect(isRetried(0, 1_000_060)).toBe(false);
});

test('neither another join nor the answer of another partition prolongs the time', () => {
  const { joins, partitions, isRetried } = retrying();
  for (let seconds = 0; seconds < 60; seconds += 10) {
    expect(isRetried(0, seconds)).toBe(true);
    joins.succeeded();
    partitions.answered(1);
    partitions.keep([0, 1]);
  }
  expect(isRetried(0, 60)).toBe(false);
});

test('a partition that was given up meanwhile has the whole time', () => {
  const { partitions, isRetried } = retrying();
  expect(isRetried(0, 0)).toBe(true);
  partitions.keep([1]);
  expect(isRetried(0, 60)).toBe(true);
});
