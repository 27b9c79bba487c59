import { Kafka, logLevel, type Producer } from 'kafkajs';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import {
  air_core_codec,
  config,
  create_frame,
  publisher,
  requester,
  topic_type,
  worker,
  worker_frame,
  type AirCoreFrame,
  type bad_record,
  type frame_codec,
  type state_change,
} from '../../src/index.js';
import { committedOffsets } from '../support/committed-offsets.js';
import { until } from '../support/until.js';
import { makeWorld } from '../support/world.js';
import { patient } from '../support/patience.js';
import { clientUnderTest } from '../support/client.js';

describe('records that brokers or other clients compress', () => {
  test.each(['gzip', 'snappy', 'lz4', 'zstd'])('with %s are read from both topics', async (codec) => {
    const world = await makeWorld({ brokers: inject('brokers'), topicConfigs: { 'compression.type': codec } });
    await using w = worker.create(world.settings, (frame) => create_frame({ payloads: frame.payloads }));
    await using r = requester.create(world.settings);
    await Promise.all([w.connect(), r.connect()]);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => r.request(worker_frame({ path: [i], command: 'x'.repeat(500) }))),
    );
    expect([w.status.bad, r.status.bad, w.status.restarts, r.status.restarts]).toEqual([0, 0, 0, 0]);
  });
});

describe('transactions', () => {
  test(
    'of other producers cause no lag and no gap, and aborted records are not handled',
    { timeout: patient(60_000) },
    async () => {
      const world = await makeWorld({ brokers: inject('brokers'), workerPartitions: 1 });
      const handled: string[] = [];
      await using w = worker.create(world.settings, ({ command }) => {
        handled.push(command);
      });
      await w.connect();
      const producer = await transactionalProducer(world.settings.groups.worker);
      const write = async (command: string, end: 'commit' | 'abort'): Promise<void> => {
        const transaction = await producer.transaction();
        const value = Buffer.from(air_core_codec.encode(worker_frame({ path: [1], command })));
        await transaction.send({ topic: world.settings.topics.worker, messages: [{ partition: 0, key: 'k', value }] });
        await transaction[end]();
      };
      for (let i = 0; i < 5; i += 1) {
        await write(`kept ${i}`, 'commit');
        await write(`taken back ${i}`, 'abort');
      }
      await until(
        'the last marker is committed past',
        async () => (await committedOffsets(world, 'worker')).get(0) === 20,
      );
      expect(handled).toEqual([0, 1, 2, 3, 4].map((i) => `kept ${i}`));
      expect(w.status).toMatchObject({ gap_records: 0, bad: 0, restarts: 0 });
      expect(w.health().positions.lag).toBe(0);
    },
  );
});

/** A producer of transactions, and what it takes to leave one open. */
async function transactionalProducer(transactionalId: string): Promise<Producer> {
  const kafka = new Kafka({ brokers: [...inject('brokers')], logLevel: logLevel.NOTHING });
  const producer = kafka.producer({ transactionalId, maxInFlightRequests: 1, idempotent: true });
  await producer.connect();
  onTestFinished(() => producer.disconnect());
  return producer;
}

describe('a transaction that stays open', () => {
  test('is reported while it blocks reading, until it ends', { timeout: patient(60_000) }, async () => {
    const world = await makeWorld({ brokers: inject('brokers'), workerPartitions: 1 });
    const handled: string[] = [];
    const changes: state_change[] = [];
    await using w = worker.create(
      world.settings,
      ({ command }) => {
        handled.push(command);
      },
      { on_state_change: (change) => void changes.push(change) },
    );
    await using pub = publisher.create(world.settings);
    await Promise.all([w.connect(), pub.connect()]);
    const producer = await transactionalProducer(world.settings.groups.worker);
    const topic = world.settings.topics.worker;
    const transaction = await producer.transaction();
    await transaction.send({ topic, messages: [{ partition: 0, key: 'k', value: 'open' }] });
    await pub.send(topic_type.worker, worker_frame({ path: [1], command: 'behind it' }));

    await until('it is noticed', () => w.status.state === 'recovering');
    expect(w.is_connected()).toBe(false);
    expect(w.status.last_error).toMatchObject({ code: 'records_unreadable', retryable: true });
    expect(w.status.last_error?.raw_message).toMatch(/partition 0 .* offset 0: a transaction .* still open/);
    expect(w.status.last_error?.hint).toContain('transaction.timeout.ms');
    expect(w.health()).toMatchObject({ ok: false, positions: { ok: false, lag: 2 }, fetches: { ok: true } });
    await until('the change is reported', () => changes.at(-1)?.state === 'recovering');
    expect(changes.at(-1)).toMatchObject({ error: { code: 'records_unreadable' } });

    await transaction.abort();
    await until('it continues', () => handled.length === 1 && w.status.state === 'ready');
    expect(w.health()).toMatchObject({ ok: true, positions: { ok: true } });
    expect(w.status).toMatchObject({ bad: 0, gap_records: 0, last_error: undefined });
  });
});

describe('an exception for one record', () => {
  test(
    'request_info or reply_info that throw or return nothing stop no partition',
    { timeout: patient(60_000) },
    async () => {
      const codec = (bad: () => never): frame_codec<AirCoreFrame> => ({
        ...air_core_codec,
        request_reply: {
          ...air_core_codec.request_reply,
          request_info: (frame) => (frame.command === 'bad' ? bad() : air_core_codec.request_reply.request_info(frame)),
          reply_info: (frame) => (frame.command === 'bad' ? bad() : air_core_codec.request_reply.reply_info(frame)),
        },
      });
      const throwing = (): never => {
        throw new Error('odd');
      };
      for (const bad of [throwing, () => undefined as never]) {
        const world = await makeWorld({ brokers: inject('brokers'), workerPartitions: 1 });
        const { topics, groups } = world.settings;
        const settings = config.create(
          {
            connection: { client: clientUnderTest, brokers: [...inject('brokers')] },
            topics: { worker: topics.worker, reply_to: topics.reply_to },
            groups,
          },
          { frame_codec: codec(bad) },
        );
        const heard: bad_record[] = [];
        await using w = worker.create(settings, ({ command }) =>
          create_frame({ command: command.replace('answer', 'bad') }),
        );
        await using r = requester.create(settings, { on_bad_record: (record) => void heard.push(record) });
        await Promise.all([w.connect(), r.connect()]);
        await using pub = publisher.create(world.settings);
        await pub.send(topic_type.worker, worker_frame({ path: [1], command: 'bad' }));
        const unanswered = r.request(worker_frame({ path: [1], command: 'answer' }), { timeout_ms: 2_000 });
        await expect(unanswered).rejects.toMatchObject({ code: 'deadline_exceeded' });
        await r.request(worker_frame({ path: [1], command: 'fine' }));
        // A frame counts as handled when its reply was acknowledged; the requester may have it before that.
        await until('both are handled', () => w.counts.handled === 2);
        expect([w.counts.invalid, r.status.bad, heard.length]).toEqual([1, 1, 1]);
        expect(heard[0]?.bytes?.length).toBeGreaterThan(0);
        await until('all is committed', async () => (await committedOffsets(world, 'worker')).get(0) === 3);
      }
    },
  );

  test('makes it an invalid record, and the next one is read', { timeout: patient(60_000) }, async () => {
    const world = await makeWorld({ brokers: inject('brokers'), workerPartitions: 1 });
    const bad: bad_record[] = [];
    const handled: string[] = [];
    await using w = worker.create(
      world.settings,
      ({ command }) => {
        handled.push(command);
      },
      {
        accept: (headers) => {
          if (headers['odd'] !== undefined) throw new Error('an odd header');
          return true;
        },
        on_bad_record: (record) => {
          bad.push(record);
        },
      },
    );
    await using r = requester.create(world.settings);
    await Promise.all([w.connect(), r.connect()]);
    const lost = r.request(worker_frame({ path: [1], command: 'first' }), { headers: { odd: '1' }, timeout_ms: 1_000 });
    await expect(lost).rejects.toMatchObject({ code: 'deadline_exceeded' });
    await r.request(worker_frame({ path: [1], command: 'second' }));
    expect(handled).toEqual(['second']);
    expect(bad.map(({ position, reason }) => [position.offset, reason])).toEqual([[0, 'accept failed: an odd header']]);
  });
});
