import type { Deadline } from '../../base/deadline.js';
import { pubsub_error } from '../../base/error.js';
import type { ApiName, BrokerApis, PartitionMetadata } from '../client/broker-apis.js';
import { BrokerError, throwIfError } from '../client/broker-error.js';
import { Cluster } from '../client/cluster.js';
import { LOG_END, logOffsets } from '../client/log-offsets.js';
import type { KafkaConnection } from '../connection.js';
import { isAboutCoordinator } from '../consume/coordinator.js';
import { kafkaErrorType, toPubsubError } from '../client/errors.js';
import { explainConnectionFailure } from '../client/explain.js';

const ATTEMPTS = 4;
const PAUSE_MS = 100;
const subject = { stage: 'metadata', what: 'an answer to an administrative request' } as const;

/** Runs one administrative operation over separate connections, within the deadline. Temporary failures are retried. */
export async function withCluster<T>(
  connection: KafkaConnection,
  deadline: Deadline,
  work: (cluster: Cluster) => Promise<T>,
): Promise<T> {
  const cluster = new Cluster(connection);
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await deadline.race(cluster.refresh(), subject);
        return await deadline.race(work(cluster), subject);
      } catch (thrown) {
        const error = toPubsubError(thrown, 'metadata');
        if (!error.retryable || attempt === ATTEMPTS || deadline.over) throw error;
        await deadline.pause(PAUSE_MS * attempt, subject);
      }
    }
  } catch (error) {
    throw await explainConnectionFailure(connection, toPubsubError(error, 'metadata'));
  } finally {
    cluster.close();
  }
}

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs?: Readonly<Record<string, string>>;
}

/**
 * Creates topics and waits until the brokers know them; existing topics are not changed.
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
    for (const { configs = {}, ...topic } of topics) {
      const answer = await askController(cluster, 'createTopics', {
        ...topic,
        configs,
        timeoutMs: connection.requestTimeoutMs,
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

function creationDenied(topic: string, kafkaError: string): pubsub_error {
  return new pubsub_error('not_authorized', 'metadata', `the brokers denied the creation of topic ${topic}`, {
    hint: 'On MSK with IAM this needs kafka-cluster:CreateTopic on the topic.',
    details: { topic, kafka_error: kafkaError },
  });
}

export function deleteTopics(
  connection: KafkaConnection,
  topics: readonly string[],
  deadline: Deadline,
): Promise<void> {
  return withCluster(connection, deadline, async (cluster) => {
    const errors = await askController(cluster, 'deleteTopics', { topics, timeoutMs: connection.requestTimeoutMs });
    for (const [topic, error] of errors)
      if (error !== undefined) throw toPubsubError(new BrokerError(error), 'metadata', { topic });
  });
}

/** Deletes groups that have no members. A missing group counts as deleted. */
export function deleteGroups(
  connection: KafkaConnection,
  groups: readonly string[],
  deadline: Deadline,
): Promise<void> {
  return withCluster(connection, deadline, async (cluster) => {
    for (const group of groups) {
      const waiting = { stage: 'cleanup', what: `the deletion of group ${group}` } as const;
      for (;;) {
        const error = await tryDeleting(cluster, group);
        if (error === undefined || error === 'GROUP_ID_NOT_FOUND') break;
        // The coordinator may be loading, or may not have noticed yet that the last member has left.
        if (error !== 'NON_EMPTY_GROUP' && !isAboutCoordinator(error))
          throw toPubsubError(new BrokerError(error), 'cleanup', { group });
        await deadline.pause(50, waiting);
        deadline.check(waiting);
      }
    }
  });
}

async function tryDeleting(cluster: Cluster, group: string): Promise<string | undefined> {
  const answer = await cluster.askAny('findCoordinator', { group }, ({ error }) => error === undefined);
  if (answer.error !== undefined) return answer.error;
  return (await cluster.askAt(answer, 'data', 'deleteGroups', { groups: [group] })).get(group);
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

/** One topic, as the brokers describe it. */
export interface TopicDescription {
  readonly topic: string;
  readonly partitions: readonly Omit<PartitionMetadata, 'error'>[];
}

/** @throws pubsub_error `topic_unknown` if one of them does not exist */
export function describeTopics(
  connection: KafkaConnection,
  topics: readonly string[],
  deadline: Deadline,
): Promise<TopicDescription[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const described: TopicDescription[] = [];
    for (const topic of topics) {
      const answer = await cluster.askAny('metadata', { topics: [topic], allowAutoTopicCreation: false });
      const [found] = answer.topics;
      if (found?.error !== undefined && found.error !== 'LEADER_NOT_AVAILABLE')
        throw toPubsubError(new BrokerError(found.error), 'metadata', { topic });
      described.push(descriptionOf(topic, found?.partitions ?? []));
    }
    return described;
  });
}

export function descriptionOf(topic: string, partitions: readonly PartitionMetadata[]): TopicDescription {
  return {
    topic,
    partitions: partitions
      .map(({ partition, leader, replicas, isr }) => ({ partition, leader, replicas, isr }))
      .sort((a, b) => a.partition - b.partition),
  };
}

/** The topics that this identity may see. */
export function listTopics(connection: KafkaConnection, deadline: Deadline): Promise<string[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const { topics } = await cluster.askAny('metadata', { topics: undefined, allowAutoTopicCreation: false });
    return topics.map(({ topic }) => topic);
  });
}

/** Groups whose names begin with one of these prefixes, and that this identity may see. */
export function listGroups(
  connection: KafkaConnection,
  prefixes: readonly string[],
  deadline: Deadline,
): Promise<string[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const groups = await allGroups(cluster);
    return groups.map(({ group }) => group).filter((id) => prefixes.some((prefix) => id.startsWith(prefix)));
  });
}

/** Each broker knows the groups that it coordinates. */
export async function allGroups(cluster: Cluster): Promise<{ group: string; protocolType: string; nodeId: number }[]> {
  const { brokers } = await cluster.refresh();
  const lists = await Promise.all(
    brokers.map(async ({ nodeId }) => {
      const { error, groups } = await cluster.ask(nodeId, 'data', 'listGroups', {});
      throwIfError(error);
      return groups.map((one) => ({ ...one, nodeId }));
    }),
  );
  return lists.flat();
}

async function askController<A extends ApiName>(
  cluster: Cluster,
  api: A,
  body: BrokerApis[A]['request'],
): Promise<BrokerApis[A]['answer']> {
  const { controllerId, brokers } = await cluster.refresh();
  const known = brokers.some(({ nodeId }) => nodeId === controllerId);
  return known ? cluster.ask(controllerId, 'data', api, body) : cluster.askAny(api, body);
}
