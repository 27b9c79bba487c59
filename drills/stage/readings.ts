import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { air_core_codec, payload_text } from '../../src/index.js';
import type { Place } from './place.js';

/** The number of members of each group, when it has none or the time is over. */
export async function groupMembers(
  admin: Admin,
  groups: readonly string[],
  patienceMs: number,
): Promise<Record<string, number>> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const { groups: described } = await admin.describeGroups([...groups]);
    const members = Object.fromEntries(described.map(({ groupId, members: all }) => [groupId, all.length]));
    if (Object.values(members).every((count) => count === 0) || performance.now() > end) return members;
    await sleep(200);
  }
}

const TOPICS_MS = 15_000;

/** Waits until new topics have leaders, and all replicas in sync. Brokers learn of topics one after the other. */
export async function untilTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  const end = performance.now() + TOPICS_MS;
  for (;;) {
    const found = await admin.fetchTopicMetadata({ topics: [...topics] }).catch(() => undefined);
    const isThere = found?.topics.every(({ partitions }) =>
      partitions.every(({ leader, isr, replicas }) => leader > 0 && isr.length === replicas.length),
    );
    if (isThere === true) return;
    if (performance.now() > end) throw new Error(`the topics ${topics.join(', ')} do not exist`);
    await sleep(50);
  }
}

/** Deletes topics, repeatedly until no broker knows them. */
export async function removeTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  const end = performance.now() + TOPICS_MS;
  for (;;) {
    const there = await admin.listTopics();
    const left = topics.filter((topic) => there.includes(topic));
    if (left.length === 0) return;
    if (performance.now() > end) throw new Error(`the topics ${left.join(', ')} could not be deleted`);
    await admin.deleteTopics({ topics: left }).catch(() => undefined);
    await sleep(100);
  }
}

/** The number of records of a topic that a group has not committed. */
export async function lagOf(admin: Admin, group: string, topic: string): Promise<number> {
  const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const ends = await admin.fetchTopicOffsets(topic);
  return ends.reduce((sum, { partition, high, low }) => {
    const at = Number(committed?.partitions.find((one) => one.partition === partition)?.offset ?? -1);
    return sum + Math.max(0, Number(high) - Math.max(at, Number(low)));
  }, 0);
}

const READ_MS = 20_000;

/** The id in each record of the worker topic, by `partition:offset`, read with plain kafkajs. */
export async function readRecords(
  { withAdmin }: Place,
  { name, workerTopic }: { name: string; workerTopic: string },
): Promise<Map<string, string | undefined>> {
  return withAdmin(async (admin) => {
    const left = new Map(
      (await admin.fetchTopicOffsets(workerTopic))
        .filter(({ low, high }) => Number(low) < Number(high))
        .map(({ partition, high }) => [partition, Number(high)]),
    );
    const found = new Map<string, string | undefined>();
    if (left.size === 0) return found;
    const { brokers } = await admin.describeCluster();
    const kafka = new Kafka({
      clientId: `${name}-reader`,
      brokers: brokers.map(({ host, port }) => `${host}:${port}`),
      logLevel: logLevel.NOTHING,
    });
    const groupId = `${name}-reader`;
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topic: workerTopic, fromBeginning: true });
    const read = new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('the worker topic could not be read in time')), READ_MS);
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer
        .run({
          autoCommit: false,
          eachMessage: ({ partition, message }) => {
            found.set(`${partition}:${message.offset}`, idOf(message.value));
            if (Number(message.offset) + 1 >= (left.get(partition) ?? Infinity)) left.delete(partition);
            if (left.size === 0) {
              clearTimeout(late);
              resolve();
            }
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
    try {
      await read;
    } finally {
      await consumer.disconnect();
      await admin.deleteGroups([groupId]).catch(() => undefined);
    }
    return found;
  });
}

function idOf(value: Buffer | null): string | undefined {
  if (value === null) return undefined;
  try {
    return payload_text(air_core_codec.decode(value));
  } catch {
    return undefined;
  }
}
