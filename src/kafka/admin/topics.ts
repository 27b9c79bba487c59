import type { Deadline } from '../../base/deadline.js';
import { throwIfError } from '../client/broker-error.js';
import type { KafkaConnection } from '../connection.js';
import { descriptionOf, withCluster, type TopicDescription } from './admin.js';

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
