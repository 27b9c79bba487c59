import type { Deadline } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import { brokerWaitMs } from '../client/broker-wait.js';
import { BrokerError } from '../client/broker-error.js';
import { Cluster } from '../client/cluster.js';
import { kafkaErrorType, toPubsubError } from '../client/errors.js';
import { rightsHint } from '../client/answer-kinds.js';
import { LOG_END, logOffsets } from '../client/log-offsets.js';
import type { KafkaConnection } from '../connection.js';
import { askController, withCluster } from './with-cluster.js';

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs?: Readonly<Record<string, string>>;
}

/**
 * Creates topics and waits until the brokers know them; existing topics are not changed. With one replica, a topic needs
 * only that one in sync.
 *
 * @returns the names of the created topics
 */
export function createTopics(
  connection: KafkaConnection,
  topics: readonly NewTopic[],
  deadline: Deadline,
): Promise<string[]> {
  const created = new Set<string>();
  return withCluster(connection, deadline, async (cluster) => {
    for (const { configs, ...topic } of topics) {
      const answer = await askController(cluster, 'createTopics', {
        ...topic,
        configs: { ...enoughReplicas(topic), ...configs },
        timeoutMs: brokerWaitMs(connection),
      });
      if (answer.error === undefined) created.add(topic.topic);
      else if (/_AUTHORIZATION_FAILED$/.test(answer.error)) throw creationDenied(topic.topic, answer.error);
      else if (answer.error !== 'TOPIC_ALREADY_EXISTS')
        throw toPubsubError(new BrokerError(answer.error, answer.message), 'metadata', { topic: topic.topic });
    }
    for (const { topic } of topics) await untilKnown(connection, topic, deadline);
    return [...created];
  });
}

/** Where the brokers ask for two replicas in sync, nothing could be written to a topic with one. */
function enoughReplicas({ replicationFactor }: NewTopic): Readonly<Record<string, string>> {
  return replicationFactor === 1 ? { 'min.insync.replicas': '1' } : {};
}

function creationDenied(topic: string, kafkaError: string): pubsub_error {
  return new pubsub_error('not_authorized', 'metadata', `the brokers denied the creation of topic ${topic}`, {
    hint: rightsHint('kafka-cluster:CreateTopic on the topic', 'Create on the topic'),
    details: { topic, kafka_error: kafkaError },
  });
}

export function deleteTopics(
  connection: KafkaConnection,
  topics: readonly string[],
  deadline: Deadline,
): Promise<void> {
  return withCluster(connection, deadline, async (cluster) => {
    const errors = await askController(cluster, 'deleteTopics', { topics, timeoutMs: brokerWaitMs(connection) });
    for (const [topic, error] of errors)
      if (error !== undefined) throw toPubsubError(new BrokerError(error), 'metadata', { topic });
  });
}

const notYet = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_OR_FOLLOWER']);

async function untilKnown(connection: KafkaConnection, topic: string, deadline: Deadline): Promise<void> {
  const waiting = { stage: 'metadata', what: `leaders for topic ${topic}` } as const;
  const cluster = new Cluster(connection, topic);
  try {
    for (;;) {
      try {
        const [found] = (await deadline.race(cluster.refresh(), waiting)).topics;
        const partitions = found?.partitions ?? [];
        if (partitions.length > 0 && partitions.every(({ leader }) => leader >= 0)) {
          // The leader may learn of its leadership later than the broker that reported it.
          const ids = partitions.map(({ partition }) => partition);
          await deadline.race(logOffsets(cluster, topic, ids, LOG_END), waiting);
          return;
        }
      } catch (error) {
        const type = kafkaErrorType(error);
        if (type === undefined || !notYet.has(type)) throw error;
      }
      await deadline.pause(25, waiting);
      deadline.check(waiting);
    }
  } finally {
    cluster.close();
  }
}
