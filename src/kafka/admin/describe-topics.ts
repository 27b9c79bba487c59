import type { Deadline } from '../../base/deadline.js';
import type { PartitionMetadata } from '../client/broker-apis.js';
import { BrokerError, throwIfError } from '../client/broker-error.js';
import { toPubsubError } from '../client/errors.js';
import type { KafkaConnection } from '../connection.js';
import { withCluster } from './with-cluster.js';

/** One topic, as the brokers describe it. */
export interface TopicDescription {
  readonly topic: string;
  readonly partitions: readonly PartitionDescription[];
}

export type PartitionDescription = Omit<PartitionMetadata, 'error' | 'leaderEpoch'>;

/** @throws pubsub_error `topic_unknown` if one of them does not exist */
export function describeTopics(
  connection: KafkaConnection,
  topics: readonly string[],
  deadline: Deadline,
): Promise<TopicDescription[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const found: TopicDescription[] = [];
    for (const topic of topics) {
      const answer = await cluster.askAny('metadata', { topics: [topic], allowAutoTopicCreation: false });
      const [one] = answer.topics;
      if (one?.error !== undefined && one.error !== 'LEADER_NOT_AVAILABLE')
        throw toPubsubError(new BrokerError(one.error), 'metadata', { topic });
      found.push(descriptionOf(topic, one?.partitions ?? []));
    }
    return found;
  });
}

function descriptionOf(topic: string, partitions: readonly PartitionMetadata[]): TopicDescription {
  return { topic, partitions: described(partitions) };
}

/** By number. */
export function described(partitions: readonly PartitionMetadata[]): PartitionDescription[] {
  return partitions
    .map(({ partition, leader, replicas, isr }) => ({ partition, leader, replicas, isr }))
    .sort((a, b) => a.partition - b.partition);
}

/** The topics that this identity may see. */
export function listTopics(connection: KafkaConnection, deadline: Deadline): Promise<string[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const { topics } = await cluster.askAny('metadata', { topics: undefined, allowAutoTopicCreation: false });
    return topics.map(({ topic }) => topic);
  });
}

/** Every topic that this identity may see, by name. */
export function describeAllTopics(connection: KafkaConnection, deadline: Deadline): Promise<TopicDescription[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const { topics } = await cluster.askAny('metadata', { topics: undefined, allowAutoTopicCreation: false });
    return topics
      .map(({ topic, partitions }) => descriptionOf(topic, partitions))
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
