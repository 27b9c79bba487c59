import { expect, inject, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { readClusterId } from '../../../src/kafka/readiness.js';

test('the run has a Kafka', async () => {
  const { nodeIds } = await readClusterId(inject('brokers'), new Deadline(5_000));
  expect(nodeIds).toEqual([1]);
});
