import { expect, test } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import type { ConsumerSnapshot } from '../../../src/kafka/consume/consumer-state.js';
import { replyObstacle } from '../../../src/pubsub/subscriber/reply-obstacle.js';

const error = new pubsub_error('broker_unavailable', 'receive', 'partition 3 is not read: it has no leader');
const at = (state: ConsumerSnapshot['state'], more: Partial<ConsumerSnapshot> = {}): ConsumerSnapshot => ({
  state,
  generation: 1,
  partitions: [0, 3],
  readable: [],
  error: undefined,
  ...more,
});

test.each([
  ['a requester that is ready', at('ready', { error }), 0, undefined],
  ['a partition that is read while another is not', at('recovering', { readable: [0], error }), 0, undefined],
  ['the partition that is not read', at('recovering', { readable: [0], error }), 3, error],
  ['a request without a partition', at('recovering', { readable: [0], error }), -1, error],
  ['a member that ended', at('failed', { error }), 0, error],
])('%s', (_, snapshot, partition, obstacle) => {
  expect(replyObstacle(snapshot, 'g', partition)).toBe(obstacle);
});

test('a rebalance of the group is an obstacle, although no error has occurred', () => {
  expect(replyObstacle(at('rebalancing'), 'g', 0)).toMatchObject({
    code: 'partition_lost',
    raw_message: 'group g is rebalancing',
  });
});
