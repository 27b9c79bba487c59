import type { Deadline } from '../../src/base/deadline.js';
import type { config } from '../../src/index.js';
import { createTopics, groupsReading } from '../../src/kafka/admin/admin.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';

/** Enough to see that partitions are shared, and that several leaders work. */
const PARTITIONS = 6;
/** Nobody needs a run's records for longer. */
const RETENTION_MS = 3_600_000;

/** Makes the two topics where they are missing. @returns the names of those that were made */
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

/** Groups of our own runs: theirs skip what is not theirs. */
const ours = /^easy-pubsub-(worker|requester|reply-to)-[a-zA-Z0-9-]+$/;

/** Groups with members that read these topics and are no sanity run's: a production worker must never get our frames. */
export async function foreignGroups(settings: config, deadline: Deadline): Promise<string[]> {
  const { worker, reply_to } = settings.topics;
  const groups = await groupsReading(kafkaConnection(settings), [worker, reply_to], deadline);
  return groups.filter((group) => !ours.test(group));
}
