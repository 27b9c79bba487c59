import { describe, expect, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { groupNamePerPartition, offsetsPartition, readClusterId, warmUp } from '../../../local/kafka/readiness.js';

describe('the partition that coordinates a group', () => {
  // Computed by Java: Utils.abs(name.hashCode()) % 50. The second one's hash has no positive counterpart.
  test.each([
    ['hello', 22],
    ['polygenelubricants', 0],
    ['easy-pubsub-worker', 29],
    ['easy-pubsub-reply-to', 13],
  ])('of %s is %i of 50', (group, partition) => expect(offsetsPartition(group, 50)).toBe(partition));

  test.each([1, 3, 50])('can be chosen by name: %i groups', (count) => {
    const partitions = groupNamePerPartition(count).map((name) => offsetsPartition(name, count));
    expect(partitions.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
  });
});

describe('without a listener at the address', () => {
  test('reading the cluster id fails immediately', async () => {
    await expect(readClusterId(['127.0.0.1:1'], new Deadline(5_000))).rejects.toMatchObject({
      code: 'broker_unavailable',
    });
  });

  test('warming up is retried until the deadline', async () => {
    const began = performance.now();
    await expect(warmUp(['127.0.0.1:1'], new Deadline(700))).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(performance.now() - began).toBeGreaterThanOrEqual(690);
  });
});
