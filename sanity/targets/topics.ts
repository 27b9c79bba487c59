import type { Deadline } from '../../src/base/deadline.js';
import type { config } from '../../src/index.js';
import { createTopics, groupsReading } from '../../src/kafka/admin/admin.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';

/** Enough for several leaders, and for groups to divide partitions. */
const PARTITIONS = 6;
/** A run's records are not needed for longer. */
const RETENTION_MS = 3_600_000;

/** Creates the two topics where they are missing. @returns the names of those that were created */
export function ensureTopics(settings: config, replicationFactor: number, deadline: Deadline): Promise<string[]> {
  const configs = { 'retention.ms': String(RETENTION_MS) };
  return createTopics(
    kafkaConnection(settings),
    [settings.topics.worker, settings.topics.reply_to].map((topic) => ({
      topic,
      partitions: PARTITIONS,
      replicationFactor,
      configs,
    })),
    deadline,
  );
}

/** Groups of sanity runs: they skip the frames of other runs. */
const ours = /^easy-pubsub-(worker|requester|reply-to)-[a-zA-Z0-9-]+$/;

/** Groups other than those of sanity runs that read the topics: a production worker must never receive our frames. */
export async function foreignGroups(settings: config, deadline: Deadline): Promise<string[]> {
  const { worker, reply_to } = settings.topics;
  const groups = await groupsReading(kafkaConnection(settings), [worker, reply_to], deadline);
  return groups.filter((group) => !ours.test(group));
}
