import type { Deadline } from '../../base/deadline.js';
import type { PartitionMetadata } from '../client/broker-apis.js';
import { BrokerError } from '../client/broker-error.js';
import { Cluster } from '../client/cluster.js';
import { kafkaErrorType, toPubsubError } from '../client/errors.js';
import { explainConnectionFailure } from '../client/explain.js';
import { LOG_END, LOG_START, logOffsets } from '../client/log-offsets.js';
import type { KafkaConnection } from '../connection.js';
import { attempts } from './attempts.js';
import { described, type PartitionDescription } from './describe-topics.js';

/** The end offset of each partition that has a leader: the offset of its next record. */
export function readLogEnds(
  connection: KafkaConnection,
  topic: string,
  deadline: Deadline,
): Promise<Map<number, number>> {
  return readOffsets(connection, topic, deadline, (at) => at(LOG_END));
}

/** The partitions of a topic, each with the offset of its next record; undefined if it has no leader. */
export function describeLogEnds(
  connection: KafkaConnection,
  topic: string,
  deadline: Deadline,
): Promise<(PartitionDescription & { readonly end: number | undefined })[]> {
  return readOffsets(connection, topic, deadline, async (at, partitions) => {
    const ends = await at(LOG_END);
    return described(partitions).map((one) => ({ ...one, end: ends.get(one.partition) }));
  });
}

/** The first offset that still exists, and the offset of the next record, of each partition that has a leader. */
export function readLogRanges(
  connection: KafkaConnection,
  topic: string,
  deadline: Deadline,
): Promise<Map<number, { readonly start: number; readonly end: number }>> {
  return readOffsets(connection, topic, deadline, async (at) => {
    const [starts, ends] = await Promise.all([at(LOG_START), at(LOG_END)]);
    return new Map([...ends].map(([partition, end]) => [partition, { start: starts.get(partition) ?? 0, end }]));
  });
}

/** @param read gets the offsets at a time, of all partitions that have a leader, and all partitions */
async function readOffsets<T>(
  connection: KafkaConnection,
  topic: string,
  deadline: Deadline,
  read: (at: (time: number) => Promise<Map<number, number>>, partitions: readonly PartitionMetadata[]) => Promise<T>,
): Promise<T> {
  const cluster = new Cluster(connection, topic);
  const waiting = { stage: 'positions', what: `the ends of topic ${topic}` } as const;
  try {
    // A leader moves while it is asked. A connection that fails is not tried again.
    const mayPass = (thrown: unknown): boolean =>
      kafkaErrorType(thrown) !== undefined && toPubsubError(thrown, 'positions').retryable;
    return await attempts(deadline, waiting, mayPass, async (isLast) => {
      await deadline.race(cluster.refresh(), waiting);
      const all = cluster.topic?.partitions ?? [];
      const led = all
        .map(({ partition }) => partition)
        .filter((partition) => cluster.leaderOf(partition) !== undefined);
      // It may get a leader in a moment.
      if (led.length < all.length && !isLast) throw new BrokerError('LEADER_NOT_AVAILABLE');
      return deadline.race(
        read((time) => logOffsets(cluster, topic, led, time), all),
        waiting,
      );
    });
  } catch (error) {
    throw await explainConnectionFailure(connection, toPubsubError(error, 'connect', { topic }));
  } finally {
    cluster.close();
  }
}
