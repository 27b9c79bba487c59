import type { Deadline } from '../../src/base/deadline.js';
import { topic_type, type config, type position } from '../../src/index.js';
import { javaPartitioner } from '../../src/kafka/produce/partitioners.js';
import { RecordProducer } from '../../src/kafka/produce/record-producer.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import type { badRecordKinds } from '../event/publisher-event.js';
import { runHeaders } from '../runtime/run-records.js';

type BadRecordKind = (typeof badRecordKinds)[number];

const values: Record<BadRecordKind, Buffer | null> = {
  null_value: null,
  empty_value: Buffer.alloc(0),
  random_bytes: Buffer.from('this is not a frame'),
  // A length-delimited field whose length exceeds the remaining bytes.
  truncated: Buffer.from([0x0a, 0x7f, 0x01, 0x02]),
};

/** Writes records that are not frames, one of each kind, to partition 0. */
export async function plantBadRecords(
  settings: config,
  runId: string,
  kind: topic_type,
  kinds: readonly BadRecordKind[],
  deadline: Deadline,
): Promise<position[]> {
  const topic = kind === topic_type.worker ? settings.topics.worker : settings.topics.reply_to;
  const producer = new RecordProducer(kafkaConnection(settings), topic, {
    partitioner: javaPartitioner,
    metrics: settings.metrics,
    maxPending: 1_000,
  });
  try {
    return await Promise.all(
      kinds.map((bad) =>
        producer.send({ key: null, value: values[bad], headers: runHeaders(runId), partition: 0 }, deadline),
      ),
    );
  } finally {
    await producer.close(deadline);
  }
}
