import { pubsub_error } from '../../base/error.js';
import type { ConsumerSnapshot } from '../../kafka/consume/consumer-state.js';

/**
 * What keeps this process from receiving a reply in this partition. Undefined: nothing is known that does, also while
 * other partitions cannot be read.
 *
 * @param partition -1: the request has no reply partition yet
 */
export function replyObstacle(
  { state, error, readable }: ConsumerSnapshot,
  group: string,
  partition: number,
): pubsub_error | undefined {
  if (state === 'ready' || (state === 'recovering' && readable.includes(partition))) return undefined;
  if (error !== undefined || state !== 'rebalancing') return error;
  return new pubsub_error('partition_lost', 'receive', `group ${group} is rebalancing`, {
    retryable: true,
    hint: 'Wait for the end of the rebalance. If it does not end, check which member is slow to join.',
  });
}
