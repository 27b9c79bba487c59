import { randomUUID } from 'node:crypto';
import { expect, inject, onTestFinished, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import {
  create_frame,
  payload_text,
  publisher,
  reply_to_subscriber,
  text_payload,
  topic_type,
  worker,
  worker_frame,
  type frame_handler,
  type AirCoreFrame,
} from '../../../src/index.js';
import { createTopics, deleteTopics } from '../../../src/kafka/admin/create-topics.js';
import { listTopics } from '../../../src/kafka/admin/describe-topics.js';
import { committedOffsets } from '../../support/committed-offsets.js';
import { until } from '../../support/until.js';
import { makeWorld, type World } from '../../support/world.js';

const brokers = inject('brokers');

interface Stuck {
  readonly world: World;
  /** A second reply topic, which acknowledges nothing while it is gone. */
  readonly stuck: string;
  remove(): Promise<void>;
  bringBack(): Promise<void>;
}

/** One worker partition, and a second reply topic. */
async function makeStuck(changes: Parameters<typeof makeWorld>[0]['changes'] = {}): Promise<Stuck> {
  const stuck = `stuck-${randomUUID().slice(0, 8)}`;
  const base = await makeWorld({ brokers, workerPartitions: 1, replyPartitions: 1 });
  const { topics } = base.settings;
  const replyAllowed = [topics.reply_to, stuck];
  const world = { ...base, settings: base.with({ topics: { ...topics, reply_allowed: replyAllowed }, ...changes }) };
  const bringBack = async (): Promise<void> => {
    const wanted = { topic: stuck, partitions: 1, replicationFactor: 1 };
    await createTopics(base.connection, [wanted], new Deadline(20_000));
  };
  const remove = async (): Promise<void> => {
    await deleteTopics(base.connection, [stuck], new Deadline(20_000));
    // The controller has answered; the broker takes records until it has heard of it.
    const isThere = async (): Promise<boolean> =>
      (await listTopics(base.connection, new Deadline(10_000))).includes(stuck);
    await until('the broker knows the topic no more', async () => !(await isThere()));
  };
  await bringBack();
  onTestFinished(() => remove().catch(() => undefined));
  return { world, stuck, remove, bringBack };
}

/** A request without a deadline. */
function request(text: string, replyTopic: string, path = 1): AirCoreFrame {
  const frame = worker_frame({ path: [path], command: 'echo', correlation_id: text, payloads: [text_payload(text)] });
  const kafkaPartitionKey = { case: 'partitionInteger', value: 0 } as const;
  const kafkaKey = { $typeName: 'air_core.v1.KafkaKey', kafkaTopic: replyTopic, kafkaPartitionKey } as const;
  return { ...frame, replyTo: { $typeName: 'air_core.v1.Coordinates', correlationId: text, kafkaKey } };
}

function echoing(begun: string[]): frame_handler<AirCoreFrame> {
  return (frame) => {
    begun.push(payload_text(frame) ?? '');
    return create_frame({ payloads: frame.payloads });
  };
}

test('the next handler of a path does not wait for the acknowledgement, but the commit does, and both frames are delivered again after a crash', async () => {
  const { world, stuck, remove, bringBack } = await makeStuck({ worker: { commit_interval_ms: 20 } });
  const { settings } = world;
  await using replies = reply_to_subscriber.create(settings);
  await using pub = publisher.create(settings);
  await replies.connect();
  const begun: string[] = [];
  const first = worker.create(settings, echoing(begun));
  await first.connect();
  await pub.send(topic_type.worker, request('0', stuck));
  await until('it is answered', () => first.counts.replies === 1);
  await remove();
  await pub.send(topic_type.worker, request('1', stuck));
  await pub.send(topic_type.worker, request('2', settings.topics.reply_to));
  expect(payload_text(await replies.frames.get(AbortSignal.timeout(20_000)))).toBe('2');
  expect(begun).toEqual(['0', '1', '2']);
  await until('the reply to the third is acknowledged', () => first.counts.replies === 2);
  expect(first.status).toMatchObject({ in_progress: 0, unacknowledged: 1 });
  await until('the first is committed', async () => (await committedOffsets(world, 'worker')).get(0) === 1);
  // What is not acknowledged when it has to end is not committed, nor is what follows it.
  await first.dispose({ timeout_ms: 500 });
  expect((await committedOffsets(world, 'worker')).get(0)).toBe(1);

  await bringBack();
  const again: string[] = [];
  await using second = worker.create(settings, echoing(again));
  await second.connect();
  await until('all is committed', async () => (await committedOffsets(world, 'worker')).get(0) === 3);
  expect(again).toEqual(['1', '2']);
});

test.each([
  ['frames', { max_unacknowledged_frames: 2 }],
  // Requests of about 3 kB, and replies as long, one after the other.
  ['bytes', { max_unacknowledged_bytes: 8_000, concurrency: 1 }],
])('the frames that wait for acknowledgements are bounded: %s', async (_what, limit) => {
  const { world, stuck, remove, bringBack } = await makeStuck({ worker: limit });
  const { settings } = world;
  const text = (i: number): string => `${i} ${'x'.repeat(1_000)}`;
  await using pub = publisher.create(settings);
  const begun: string[] = [];
  await using w = worker.create(settings, echoing(begun));
  await w.connect();
  await pub.send(topic_type.worker, request('first', stuck));
  await until('it is answered', () => w.counts.replies === 1);
  await remove();
  for (let i = 0; i < 6; i += 1) await pub.send(topic_type.worker, request(text(i), stuck, i));
  await until('two more have begun', () => begun.length === 3);
  await until('their handlers have ended', () => w.status.in_progress === 0);
  expect(w.status.unacknowledged).toBe(2);
  // The other frames are in memory by now, and nothing but the limit keeps them from being started.
  await until('the others wait', () => w.status.waiting === 4);
  expect(begun).toHaveLength(3);
  await bringBack();
  await until('all are answered', () => w.counts.handled === 7);
  expect(w.status.unacknowledged).toBe(0);
});
