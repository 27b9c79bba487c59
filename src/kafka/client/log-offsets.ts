import { BrokerError, throwIfError } from './broker-error.js';
import type { Cluster } from './cluster.js';

/** In place of a time: the offset of the next record. */
export const LOG_END = -1;
/** In place of a time: the oldest offset that still exists. */
export const LOG_START = -2;

/**
 * Requests the offsets of a topic's partitions from their leaders, once from each.
 *
 * @param timestamp wall clock (ms): the first record that is not older; or `LOG_END`, `LOG_START`
 * @throws BrokerError if a partition has no leader, or its leader refuses; the leaders have been looked up again by
 *   then
 */
export async function logOffsets(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
  timestamp: number,
): Promise<Map<number, number>> {
  const byLeader = new Map<number, number[]>();
  for (const partition of partitions) {
    const leader = cluster.leaderOf(partition);
    if (leader === undefined) {
      await cluster.refresh();
      throw noLeader(topic, partition);
    }
    const own = byLeader.get(leader);
    if (own === undefined) byLeader.set(leader, [partition]);
    else own.push(partition);
  }
  const found = new Map<number, number>();
  await Promise.all(
    [...byLeader].map(async ([leader, own]) => {
      const answer = await cluster.ask(leader, 'data', 'listOffsets', { topic, partitions: own, timestamp });
      for (const [partition, { error, offset }] of answer) {
        if (error !== undefined) await cluster.refresh();
        throwIfError(error);
        found.set(partition, offset);
      }
    }),
  );
  return found;
}

export function noLeader(topic: string, partition: number): BrokerError {
  return new BrokerError('LEADER_NOT_AVAILABLE', `partition ${partition} of topic ${topic} has no leader`);
}
