import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { KafkaConnection } from '../../src/kafka/connection.js';

/** Writes records unchanged, with plain kafkajs: for what our publisher would refuse. */
export async function produceRaw(
  connection: KafkaConnection,
  topic: string,
  records: readonly {
    partition: number;
    value: Buffer | null;
    key?: Buffer | null;
    headers?: Record<string, string>;
  }[],
): Promise<void> {
  const kafka = new Kafka({ brokers: [...connection.brokers], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  for (const { partition, value, key, headers } of records) {
    await producer.send({
      topic,
      messages: [{ partition, value, key: key ?? null, ...(headers === undefined ? {} : { headers }) }],
    });
  }
  await producer.disconnect();
}
