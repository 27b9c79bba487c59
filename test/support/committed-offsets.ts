import { Kafka, logLevel } from 'kafkajs';
import type { World } from './world.js';

/**
 * The offsets that the group of a world's workers, or of its requesters, has committed, by partition; -1 if there is
 * none.
 */
export async function committedOffsets(
  { connection, settings }: World,
  kind: 'worker' | 'reply_to',
): Promise<Map<number, number>> {
  const admin = new Kafka({ brokers: [...connection.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const [topic] = await admin.fetchOffsets({ groupId: settings.groups[kind], topics: [settings.topics[kind]] });
    return new Map((topic?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
  } finally {
    await admin.disconnect();
  }
}
