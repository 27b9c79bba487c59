import type { Deadline } from '../../base/deadline.js';
import { throwIfError } from '../client/broker-error.js';
import { Cluster } from '../client/cluster.js';
import { toPubsubError } from '../client/errors.js';
import { explainConnectionFailure } from '../client/explain.js';
import { LOG_END, LOG_START, logOffsets } from '../client/log-offsets.js';
import type { KafkaConnection } from '../connection.js';
import { withCluster, type TopicDescription } from './admin.js';

/** Every topic that this identity may see, by name. */
export function describeAllTopics(connection: KafkaConnection, deadline: Deadline): Promise<TopicDescription[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const { topics } = await cluster.askAny('metadata', { topics: undefined, allowAutoTopicCreation: false });
    return topics
      .map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition, leader, replicas, isr }) => ({ partition, leader, replicas, isr })),
      }))
      .sort((one, other) => (one.topic < other.topic ? -1 : 1));
  });
}

/** The settings that a topic has itself, in place of the cluster's defaults. */
export function topicSettings(
  connection: KafkaConnection,
  topic: string,
  deadline: Deadline,
): Promise<readonly { readonly name: string; readonly value: string | null }[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const { error, settings } = await cluster.askAny('describeTopicSettings', { topic });
    throwIfError(error);
    return settings;
  });
}

/** The first offset that still exists, and the offset of the next record, by partition. */
export async function readLogRanges(
  connection: KafkaConnection,
  topic: string,
  deadline: Deadline,
): Promise<Map<number, { readonly start: number; readonly end: number }>> {
  const cluster = new Cluster(connection, topic);
  const waiting = { stage: 'positions', what: `the ends of topic ${topic}` } as const;
  try {
    const { topics } = await deadline.race(cluster.refresh(), waiting);
    const partitions = (topics[0]?.partitions ?? []).map(({ partition }) => partition);
    const [starts, ends] = await deadline.race(
      Promise.all([LOG_START, LOG_END].map((at) => logOffsets(cluster, topic, partitions, at))),
      waiting,
    );
    return new Map(partitions.map((id) => [id, { start: starts?.get(id) ?? 0, end: ends?.get(id) ?? 0 }]));
  } catch (error) {
    throw await explainConnectionFailure(connection, toPubsubError(error, 'connect', { topic }));
  } finally {
    cluster.close();
  }
}
