import type { Kafka, RetryOptions } from 'kafkajs';

const CONSUME_MS = 20_000;

/**
 * Reads one record of a topic as a member of a group, with plain kafkajs.
 *
 * @throws the error that ends kafkajs, even if it would restart by itself; and an error after 20 s without a record
 */
export async function consumeOne(kafka: Kafka, topic: string, groupId: string, retry: RetryOptions): Promise<void> {
  const consumer = kafka.consumer({ groupId, retry: { ...retry, restartOnFailure: () => Promise.resolve(false) } });
  let timer: NodeJS.Timeout | undefined;
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`nothing was read within ${CONSUME_MS} ms`)), CONSUME_MS);
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      consumer
        .run({
          eachMessage: () => {
            resolve();
            return Promise.resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    clearTimeout(timer);
    await consumer.disconnect();
  }
}
