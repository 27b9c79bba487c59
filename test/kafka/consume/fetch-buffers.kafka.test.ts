import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { expect, inject, test } from 'vitest';
import { air_core_codec, payload_text, text_payload, worker_frame, worker_subscriber } from '../../../src/index.js';
import { patient } from '../../support/patience.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';

test(
  'frames that wait for room keep their bytes while partitions of another member are taken over',
  { timeout: patient(60_000) },
  async () => {
    const world = await makeWorld({
      brokers: inject('brokers'),
      workerPartitions: 2,
      changes: { consumer: { queue_max_frames: 10, heartbeat_interval_ms: 300 }, worker: { start: 'earliest' } },
    });
    const texts = [0, 1].map((partition) => Array.from({ length: 200 }, (_, i) => `${partition}/${i} `.repeat(20)));
    const producer = new Kafka({ brokers: [...inject('brokers')], logLevel: logLevel.NOTHING }).producer({
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    // One batch in each partition: all its records are decoded before the first is delivered.
    await producer.send({
      topic: world.settings.topics.worker,
      messages: texts.flatMap((all, partition) =>
        all.map((text) => ({
          partition,
          value: Buffer.from(air_core_codec.encode(worker_frame({ path: [1], payloads: [text_payload(text)] }))),
        })),
      ),
    });
    await producer.disconnect();

    const reasons: string[] = [];
    await using stays = worker_subscriber.create(world.settings, {
      on_bad_record: ({ reason }) => {
        reasons.push(reason);
      },
    });
    await using leaves = worker_subscriber.create(world.settings);
    await Promise.all([stays.connect(), leaves.connect()]);
    await until('each has one partition, and its frames wait', () =>
      [stays, leaves].every(({ status }) => status.partitions.length === 1 && status.waiting === 10),
    );
    await leaves.dispose();
    await until('one has both', () => stays.status.partitions.length === 2 && stays.is_connected());
    const got: (string | undefined)[][] = [[], []];
    for (let left = 400; left > 0 && reasons.length === 0; left -= 1) {
      const { position, frame, acknowledge } = await stays.deliveries.get(AbortSignal.timeout(patient(10_000)));
      got[position.partition]?.push(payload_text(frame));
      acknowledge();
    }
    expect(reasons).toEqual([]);
    expect(got).toEqual(texts);
  },
);
