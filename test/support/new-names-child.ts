import { generateAuthToken } from 'aws-msk-iam-sasl-signer-js';
import { Kafka, logLevel } from 'kafkajs';
import { consumeOne } from './consume-one.js';

/** A function that creates the topic in its event, writes to it, and reads as the group in its event. */
export async function handler({ topic, group }: { topic: string; group: string }): Promise<Record<string, string>> {
  const kafka = new Kafka({
    brokers: process.env['PUBSUB_BROKERS']!.split(','),
    ssl: true,
    logLevel: logLevel.NOTHING,
    retry: { retries: 1 },
    sasl: {
      mechanism: 'oauthbearer',
      oauthBearerProvider: async () => ({
        value: (await generateAuthToken({ region: process.env['AWS_REGION']! })).token,
      }),
    },
  });
  return {
    create: await outcome(async () => {
      const admin = kafka.admin();
      await admin.connect();
      await admin
        .createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true })
        .finally(() => admin.disconnect());
    }),
    write: await outcome(async () => {
      const producer = kafka.producer();
      await producer.connect();
      await producer.send({ topic, messages: [{ value: 'x' }] }).finally(() => producer.disconnect());
    }),
    read: await outcome(() => consumeOne(kafka, topic, group, { retries: 1 })),
  };
}

async function outcome(work: () => Promise<void>): Promise<string> {
  try {
    await work();
    return 'ok';
  } catch (error) {
    const { errors, type, cause, message } = error as FromKafkajs;
    return errors === undefined ? (type ?? cause?.type ?? message) : errors.map((one) => one.type).join();
  }
}

/** The errors of kafkajs: one for several causes, one after retries, or a single one. */
type FromKafkajs = Error & { errors?: { type?: string }[]; type?: string; cause?: { type?: string } };
