import { AssignerProtocol, type Admin } from 'kafkajs';
import type { Deadline } from '../base/deadline.js';
import { createClient } from './client.js';
import type { KafkaConnection } from './connection.js';
import { kafkaErrorType, toPubsubError } from './errors.js';
import { explainConnectionFailure } from './explain.js';

const retries = { retries: 3, initialRetryTime: 100, maxRetryTime: 500 };

/** Runs one piece of administration over a connection of its own, within the deadline. */
export async function withAdmin<T>(
  connection: KafkaConnection,
  deadline: Deadline,
  work: (admin: Admin) => Promise<T>,
): Promise<T> {
  const { kafka, sockets } = createClient(connection, retries);
  const admin = kafka.admin();
  const subject = { stage: 'metadata', what: 'an answer to an administrative request' } as const;
  try {
    await deadline.race(admin.connect(), subject);
    return await deadline.race(work(admin), subject);
  } catch (error) {
    throw await explainConnectionFailure(connection, toPubsubError(error, 'metadata'));
  } finally {
    await deadline.race(admin.disconnect(), subject).catch(() => undefined);
    sockets.close();
  }
}

export interface NewTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs?: Readonly<Record<string, string>>;
}

/**
 * Creates topics and waits until the brokers know them; those that exist already are left as they are.
 *
 * @returns the names of those that were created
 */
export function createTopics(
  connection: KafkaConnection,
  topics: readonly NewTopic[],
  deadline: Deadline,
): Promise<string[]> {
  return withAdmin(connection, deadline, async (admin) => {
    const created: string[] = [];
    for (const { topic, partitions, replicationFactor, configs = {} } of topics) {
      try {
        // Of a topic that exists it says false, and throws nothing.
        const isNew = await admin.createTopics({
          // It asks for leaders before the brokers know the topic, and fails.
          waitForLeaders: false,
          topics: [
            {
              topic,
              numPartitions: partitions,
              replicationFactor,
              configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
            },
          ],
        });
        if (isNew) created.push(topic);
      } catch (error) {
        throw toPubsubError(error, 'metadata', { topic });
      }
    }
    for (const { topic } of topics) await untilKnown(admin, topic, deadline);
    return created;
  });
}

export function deleteTopics(
  connection: KafkaConnection,
  topics: readonly string[],
  deadline: Deadline,
): Promise<void> {
  return withAdmin(connection, deadline, (admin) => admin.deleteTopics({ topics: [...topics] }));
}

/** Deletes groups that have no members. One that does not exist counts as deleted. */
export function deleteGroups(
  connection: KafkaConnection,
  groups: readonly string[],
  deadline: Deadline,
): Promise<void> {
  return withAdmin(connection, deadline, async (admin) => {
    for (;;) {
      const rest = await tryDeleting(admin, groups);
      if (rest === undefined) return;
      const subject = { stage: 'cleanup', what: `the deletion of group ${rest}` } as const;
      // The coordinator may be loading, or may not have noticed yet that the last member has left.
      await deadline.pause(50, subject);
      deadline.check(subject);
    }
  });
}

/** @returns undefined when all are gone, else one that is worth another attempt */
async function tryDeleting(admin: Admin, groups: readonly string[]): Promise<string | undefined> {
  try {
    await admin.deleteGroups([...groups]);
    return undefined;
  } catch (error) {
    for (const { groupId, errorCode, error: cause } of groupErrors(error)) {
      if (errorCode === GROUP_ID_NOT_FOUND) continue;
      if (mayPass.has(errorCode)) return groupId;
      throw toPubsubError(cause, 'cleanup', { group: groupId });
    }
    return undefined;
  }
}

const GROUP_ID_NOT_FOUND = 69;
// GROUP_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR, NON_EMPTY_GROUP
const mayPass = new Set([14, 15, 16, 68]);

function groupErrors(error: unknown): { groupId: string; errorCode: number; error: unknown }[] {
  if (error instanceof Error && 'groups' in error && Array.isArray(error.groups)) {
    return error.groups as { groupId: string; errorCode: number; error: unknown }[];
  }
  throw error;
}

const notYet = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION']);

async function untilKnown(admin: Admin, topic: string, deadline: Deadline): Promise<void> {
  const subject = { stage: 'metadata', what: `leaders for topic ${topic}` } as const;
  for (;;) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      if (topics[0]?.partitions.every(({ leader }) => leader >= 0) === true) {
        // The leader itself may hear of it later than whoever told us.
        await admin.fetchTopicOffsets(topic);
        return;
      }
    } catch (error) {
      const type = kafkaErrorType(error);
      if (type === undefined || !notYet.has(type)) throw error;
    }
    await deadline.pause(25, subject);
    deadline.check(subject);
  }
}

/** One topic as the brokers describe it. */
export interface TopicDescription {
  readonly topic: string;
  readonly partitions: readonly { partition: number; leader: number; replicas: number[]; isr: number[] }[];
}

/** @throws pubsub_error `topic_unknown` when one of them does not exist */
export function describeTopics(
  connection: KafkaConnection,
  topics: readonly string[],
  deadline: Deadline,
): Promise<TopicDescription[]> {
  return withAdmin(connection, deadline, async (admin) => {
    const described: TopicDescription[] = [];
    for (const topic of topics) {
      try {
        const { topics: found } = await admin.fetchTopicMetadata({ topics: [topic] });
        described.push({
          topic,
          partitions: (found[0]?.partitions ?? [])
            .map(({ partitionId, leader, replicas, isr }) => ({ partition: partitionId, leader, replicas, isr }))
            .sort((a, b) => a.partition - b.partition),
        });
      } catch (error) {
        throw toPubsubError(error, 'metadata', { topic });
      }
    }
    return described;
  });
}

/** Those that this identity may see. */
export function listTopics(connection: KafkaConnection, deadline: Deadline): Promise<string[]> {
  return withAdmin(connection, deadline, (admin) => admin.listTopics());
}

/** Groups whose names begin with one of these, as far as this identity may see them. */
export function listGroups(
  connection: KafkaConnection,
  prefixes: readonly string[],
  deadline: Deadline,
): Promise<string[]> {
  return withAdmin(connection, deadline, async (admin) => {
    const { groups } = await admin.listGroups();
    return groups.map(({ groupId }) => groupId).filter((id) => prefixes.some((prefix) => id.startsWith(prefix)));
  });
}

/** Groups that have members which read one of these topics, as far as this identity may see them. */
export function groupsReading(
  connection: KafkaConnection,
  topics: readonly string[],
  deadline: Deadline,
): Promise<string[]> {
  return withAdmin(connection, deadline, async (admin) => {
    const { groups } = await admin.listGroups();
    const consumers = groups.filter(({ protocolType }) => protocolType === 'consumer').map(({ groupId }) => groupId);
    if (consumers.length === 0) return [];
    const described = await admin.describeGroups(consumers);
    return described.groups
      .filter(({ members }) => members.some(({ memberMetadata }) => readsAny(memberMetadata, topics)))
      .map(({ groupId }) => groupId);
  });
}

function readsAny(memberMetadata: Buffer, topics: readonly string[]): boolean {
  try {
    return (
      AssignerProtocol.MemberMetadata.decode(memberMetadata)?.topics.some((topic) => topics.includes(topic)) === true
    );
  } catch {
    return false;
  }
}
