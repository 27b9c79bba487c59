import { randomUUID } from 'node:crypto';
import { Kafka, logLevel, type Consumer } from 'kafkajs';
import type { KafkaConnection } from '../../src/kafka/connection.js';

export interface FoundRecord {
  partition: number;
  offset: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, string>;
}

/** All records of a topic now, in the order of partitions and offsets: read with plain kafkajs, not with our code. */
export async function readTopic(connection: KafkaConnection, topic: string): Promise<FoundRecord[]> {
  const kafka = new Kafka({ brokers: [...connection.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const ends = new Map((await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => [partition, Number(high)]));
  const groupId = `read-${randomUUID()}`;
  const found: FoundRecord[] = [];
  const left = new Map([...ends].filter(([, end]) => end > 0));
  let consumer: Consumer | undefined;
  if (left.size > 0) {
    consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const done = new Promise<void>((resolve, reject) => {
      consumer!.on(consumer!.events.CRASH, ({ payload }) => reject(payload.error));
      consumer!
        .run({
          autoCommit: false,
          eachMessage: ({ partition, message }) => {
            found.push({
              partition,
              offset: Number(message.offset),
              key: message.key,
              value: message.value,
              headers: Object.fromEntries(
                Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
              ),
            });
            const end = left.get(partition);
            if (end !== undefined && Number(message.offset) + 1 >= end) left.delete(partition);
            if (left.size === 0) resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
    await done;
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
  }
  await admin.disconnect();
  return found.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
