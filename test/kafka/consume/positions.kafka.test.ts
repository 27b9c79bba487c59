import { Kafka, logLevel, type Admin } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import {
  create_frame,
  publisher,
  requester,
  topic_type,
  worker,
  worker_frame,
  type position_reset,
} from '../../../src/index.js';
import { Deadline } from '../../../src/base/deadline.js';
import { createTopics } from '../../../src/kafka/admin/create-topics.js';
import { committedOffsets } from '../../support/committed-offsets.js';
import { until } from '../../support/until.js';
import { makeWorld, type World } from '../../support/world.js';
import { patient } from '../../support/patience.js';

let admin: Admin;
beforeAll(async () => {
  admin = new Kafka({ brokers: [...inject('brokers')], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
});
afterAll(() => admin.disconnect());

const makeOne = (): Promise<World> =>
  makeWorld({ brokers: inject('brokers'), workerPartitions: 1, replyPartitions: 1 });

/** A worker that records what it handled and each reset of a position. */
function watched(world: World) {
  const handled: string[] = [];
  const resets: position_reset[] = [];
  const made = worker.create(
    world.settings,
    (frame) => {
      handled.push(frame.command);
      return create_frame({ payloads: frame.payloads });
    },
    { on_position_reset: (reset) => resets.push(reset) },
  );
  return { worker: made, handled, resets };
}

async function publish(world: World, ...commands: string[]): Promise<void> {
  await using pub = publisher.create(world.settings);
  for (const command of commands) await pub.send(topic_type.worker, worker_frame({ path: [1], command }));
}

async function remake({ connection }: World, topic: string): Promise<void> {
  await admin.deleteTopics({ topics: [topic] });
  await until('the topic does not exist any more', async () => !(await admin.listTopics()).includes(topic));
  const wanted = [{ topic, partitions: 1, replicationFactor: 1 }];
  await createTopics(connection, wanted, new Deadline(20_000));
}

/** kafkajs' admin ignores the metadata of a commit; its consumer does not. */
async function withMetadata({ settings }: World, metadata: string, offset: number): Promise<void> {
  const kafka = new Kafka({ brokers: [...inject('brokers')], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: settings.groups.worker, maxWaitTimeInMs: 20 });
  const { worker: topic } = settings.topics;
  await consumer.subscribe({ topic });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
  await joined;
  await consumer.commitOffsets([{ topic, partition: 0, offset: String(offset), metadata }]);
  await consumer.disconnect();
}

describe('a topic that is deleted and created again', () => {
  test(
    'under a worker: everything in the new topic is handled and committed, and the reset is reported',
    { timeout: patient(60_000) },
    async () => {
      const world = await makeOne();
      const { worker: w, handled, resets } = watched(world);
      await using _worker = w;
      await w.connect();
      await publish(world, ...Array.from({ length: 20 }, (_, i) => `before ${i}`));
      await until('all are handled', () => handled.length === 20);
      await until('they are committed', async () => (await committedOffsets(world, 'worker')).get(0) === 20);

      await remake(world, world.settings.topics.worker);
      await publish(world, 'after 0', 'after 1');
      await until('the new ones are handled', () => handled.includes('after 1'), 20_000);
      expect(handled.slice(20)).toEqual(['after 0', 'after 1']);
      expect(resets).toEqual([
        { topic: world.settings.topics.worker, partition: 0, from: 20, to: 0, reason: 'topic_replaced' },
      ]);
      expect(w.status).toMatchObject({ position_resets: 1, gap_records: 0 });
      await until('they are committed', async () => (await committedOffsets(world, 'worker')).get(0) === 2);
      await until('it is ready', () => w.status.state === 'ready');
    },
  );

  test(
    'is read as a whole, although a member has left the group while there was no topic',
    { timeout: patient(60_000) },
    async () => {
      const world = await makeWorld({ brokers: inject('brokers'), workerPartitions: 4 });
      const { worker: staying, handled } = watched(world);
      const { worker: leaving } = watched(world);
      await using _staying = staying;
      await using _leaving = leaving;
      await Promise.all([staying.connect(), leaving.connect()]);
      await until('each has its share', () => staying.status.partitions.length === 2);
      const { worker: topic } = world.settings.topics;
      await admin.deleteTopics({ topics: [topic] });
      await until('the member has noticed', () => staying.status.last_error?.code === 'topic_unknown');
      await leaving.dispose();
      await until('it is alone', () => staying.status.partitions.length !== 2, 20_000);
      await createTopics(
        world.connection,
        [{ topic, partitions: 4, replicationFactor: 1, configs: {} }],
        new Deadline(20_000),
      );
      await using pub = publisher.create(world.settings);
      for (let path = 0; path < 20; path += 1)
        await pub.send(topic_type.worker, worker_frame({ path: [path], command: String(path) }));
      await until('all are handled', () => new Set(handled).size === 20, 20_000);
      expect(staying.status.partitions).toEqual([0, 1, 2, 3]);
    },
  );

  test('under a requester: replies in the new topic are received', { timeout: patient(60_000) }, async () => {
    const world = await makeOne();
    const { worker: w } = watched(world);
    await using _worker = w;
    const resets: position_reset[] = [];
    await using r = requester.create(world.settings, { on_position_reset: (reset) => resets.push(reset) });
    await Promise.all([w.connect(), r.connect()]);
    const ask = (): Promise<unknown> => r.request(worker_frame({ path: [1], command: 'x' }), { timeout_ms: 20_000 });
    for (let i = 0; i < 10; i += 1) await ask();
    await remake(world, world.settings.topics.reply_to);
    for (let i = 0; i < 10; i += 1) await ask();
    expect(resets.map(({ from, to, reason }) => ({ from, to, reason }))).toEqual([
      { from: 10, to: 0, reason: 'topic_replaced' },
    ]);
  });

  test(
    'while no worker runs: commits of the old topic have no effect in the new one',
    { timeout: patient(60_000) },
    async () => {
      const world = await makeOne();
      const first = watched(world);
      await first.worker.connect();
      await publish(world, 'a', 'b');
      await until('both are handled', () => first.handled.length === 2);
      await first.worker.dispose();
      const { topics, groups } = world.settings;
      const [before] = await admin.fetchOffsets({ groupId: groups.worker, topics: [topics.worker] });
      await remake(world, topics.worker);
      await publish(world, 'c', 'd', 'e', 'f');
      // Brokers delete the commits of a deleted topic; if that failed, they still exist.
      await admin.setOffsets({ groupId: groups.worker, topic: topics.worker, partitions: before!.partitions });
      const { metadata } = before!.partitions[0]!;
      expect(metadata).toMatch(/^leader-epoch=\d+;topic-id=[0-9a-f]{32}$/);
      await withMetadata(world, metadata ?? '', 2);
      const second = watched(world);
      await using _worker = second.worker;
      await second.worker.connect();
      await until('all of the new ones are handled', () => second.handled.length === 4);
      expect(second.handled).toEqual(['c', 'd', 'e', 'f']);
    },
  );
});

describe('commits outside of the log', () => {
  test(
    'past the end: reading starts at the beginning, and the reset is counted and reported',
    { timeout: patient(60_000) },
    async () => {
      const world = await makeOne();
      await publish(world, 'a', 'b');
      const { topics, groups } = world.settings;
      await admin.setOffsets({
        groupId: groups.worker,
        topic: topics.worker,
        partitions: [{ partition: 0, offset: '1000' }],
      });
      const { worker: w, handled, resets } = watched(world);
      await using _worker = w;
      await w.connect();
      await until('both are handled', () => handled.length === 2);
      expect(resets).toMatchObject([{ from: 1_000, to: 0, reason: 'log_shorter' }]);
      await publish(world, 'c');
      await until('new frames are committed', async () => (await committedOffsets(world, 'worker')).get(0) === 3);
    },
  );

  test('before the start: deleted records are counted as missing', { timeout: patient(60_000) }, async () => {
    const world = await makeOne();
    await publish(world, 'a', 'b', 'c', 'd');
    const { topics, groups } = world.settings;
    await admin.setOffsets({
      groupId: groups.worker,
      topic: topics.worker,
      partitions: [{ partition: 0, offset: '1' }],
    });
    await admin.deleteTopicRecords({ topic: topics.worker, partitions: [{ partition: 0, offset: '3' }] });
    const { worker: w, handled, resets } = watched(world);
    await using _worker = w;
    await w.connect();
    await until('the one that is left is handled', () => handled.length === 1);
    expect(handled).toEqual(['d']);
    expect(resets).toMatchObject([{ from: 1, to: 3, reason: 'records_deleted' }]);
    expect(w.status).toMatchObject({ gap_records: 2, position_resets: 1 });
  });
});

test.each([
  ['before', '1', 'records_deleted'],
  ['past', '1000', 'log_shorter'],
])(
  'a commit %s an empty log is replaced once, although no record follows',
  { timeout: patient(60_000) },
  async (_where, offset, reason) => {
    const world = await makeOne();
    await publish(world, 'a', 'b', 'c', 'd');
    const { topics, groups } = world.settings;
    await admin.setOffsets({ groupId: groups.worker, topic: topics.worker, partitions: [{ partition: 0, offset }] });
    await admin.deleteTopicRecords({ topic: topics.worker, partitions: [{ partition: 0, offset: '4' }] });
    const first = watched(world);
    await first.worker.connect();
    await until('the position is committed', async () => (await committedOffsets(world, 'worker')).get(0) === 4);
    await first.worker.dispose();
    expect(first.resets).toMatchObject([{ from: Number(offset), to: 4, reason }]);
    const second = watched(world);
    await using _worker = second.worker;
    await second.worker.connect();
    await publish(world, 'e');
    await until('the new one is handled', () => second.handled.length === 1);
    expect(second.resets).toEqual([]);
  },
);

test(
  'a commit with an epoch that the leader does not know is used without it',
  { timeout: patient(60_000) },
  async () => {
    const world = await makeOne();
    await publish(world, 'a', 'b', 'c');
    await withMetadata(world, 'leader-epoch=900', 2);
    const { worker: w, handled, resets } = watched(world);
    await using _worker = w;
    await w.connect();
    await until('the last one is handled', () => handled.length === 1);
    expect([handled, resets]).toEqual([['c'], []]);
  },
);

test('a hook that throws is logged, and reading continues', { timeout: patient(60_000) }, async () => {
  const world = await makeOne();
  await publish(world, 'a');
  const { topics, groups } = world.settings;
  await admin.setOffsets({ groupId: groups.worker, topic: topics.worker, partitions: [{ partition: 0, offset: '9' }] });
  const handled: string[] = [];
  await using w = worker.create(
    world.settings,
    ({ command }) => {
      handled.push(command);
    },
    {
      on_position_reset: () => {
        throw new Error('oops');
      },
      on_state_change: () => {
        throw new Error('oops');
      },
    },
  );
  await w.connect();
  await until('it is handled', () => handled.length === 1);
});
