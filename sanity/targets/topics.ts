import type { Deadline } from '../../src/base/deadline.js';
import type { config } from '../../src/index.js';
import { createTopics } from '../../src/kafka/admin/create-topics.js';
import { commandTopics } from '../../src/pubsub/config/new-topics.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';

/** A run's records are not needed for longer. */
const RETENTION_MS = 3_600_000;

/** Creates the two topics where they are missing. @returns the names of those that were created */
export function ensureTopics(settings: config, replicationFactor: number, deadline: Deadline): Promise<string[]> {
  const configs = { 'retention.ms': String(RETENTION_MS) };
  return createTopics(
    kafkaConnection(settings),
    [settings.topics.worker, settings.topics.reply_to].map((topic) => ({
      topic,
      partitions: commandTopics.partitions,
      replicationFactor,
      configs,
    })),
    deadline,
  );
}
