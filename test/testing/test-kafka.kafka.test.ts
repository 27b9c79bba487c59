import { randomUUID } from 'node:crypto';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { Deadline } from '../../src/base/deadline.js';
import {
  config,
  create_frame,
  payload_text,
  requester,
  text_payload,
  topic_type,
  worker,
  worker_frame,
} from '../../src/index.js';
import { createTopics, deleteTopics } from '../../src/kafka/admin/create-topics.js';
import { listTopics } from '../../src/kafka/admin/describe-topics.js';
import { listGroups } from '../../src/kafka/admin/list-groups.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { test_kafka } from '../../testing/index.js';
import { freePorts } from '../../local/os/ports.js';
import { patient } from '../support/patience.js';

const connection = () => kafkaConnection(config.create({ connection: { brokers: inject('brokers') } }));
const topicsNow = () => listTopics(connection(), new Deadline(20_000));
const groupsNow = () => listGroups(connection(), ['easy-pubsub-test-'], new Deadline(20_000));

async function attached(): Promise<test_kafka> {
  const kafka = await test_kafka.attach(inject('brokers'));
  onTestFinished(() => kafka.stop().catch(() => undefined));
  return kafka;
}

async function answerOf(settings: config): Promise<string | undefined> {
  await using answering = worker.create(settings, () => create_frame({ payloads: [text_payload('pong')] }));
  await using asking = requester.create(settings);
  await Promise.all([answering.connect(), asking.connect()]);
  return payload_text(await asking.request(worker_frame({ path: 1, command: 'ping' })));
}

describe('settings of a test', () => {
  test('have topics and groups of their own, which stop deletes', async () => {
    const kafka = await attached();
    const [one, other] = await Promise.all([
      kafka.settings(),
      kafka.settings({ requester: { reply_mode: 'own' } }, { dead_letter: true, partitions: 1 }),
    ]);
    const names = [one, other].flatMap(({ topics }) => [topics.worker, topics.reply_to, topics.dead_letter ?? '']);
    expect(new Set(names.filter((name) => name !== '')).size).toBe(5);
    expect(await topicsNow()).toEqual(expect.arrayContaining(names.filter((name) => name !== '')));
    expect(await Promise.all([answerOf(one), answerOf(other)])).toEqual(['pong', 'pong']);
    const ours = (groups: string[]): string[] =>
      groups.filter((group) => names.some((name) => name !== '' && group.includes(name)));
    expect(ours(await groupsNow()).length).toBeGreaterThanOrEqual(3);

    await kafka.stop();
    await kafka.stop();
    await expect.poll(async () => (await topicsNow()).filter((name) => names.includes(name))).toEqual([]);
    expect(ours(await groupsNow())).toEqual([]);
    await expect(kafka.settings()).rejects.toMatchObject({
      code: 'disposed',
      hint: expect.stringContaining('stop()') as string,
    });
  });

  test('take other settings, ports and a frame class', async () => {
    const kafka = await attached();
    const lines: string[] = [];
    const logger = { debug() {}, info() {}, warn: (line: string) => lines.push(line), error() {} };
    const settings = await kafka.settings(
      { worker: { concurrency: 2 }, connection: { client_id: 'mine' } },
      { logger },
    );
    expect(settings).toMatchObject({ worker: { concurrency: 2 }, connection: { client_id: 'mine' } });
    settings.logger.warn('heard');
    expect(lines).toEqual(['heard']);

    const codec = {
      encode: (frame: { text: string }) => Buffer.from(frame.text),
      decode: (bytes: Uint8Array) => ({ text: Buffer.from(bytes).toString() }),
      correlation_id: () => '',
      destination: (kind: topic_type) => (kind === topic_type.worker ? { key: Buffer.from('a') } : { partition: 0 }),
    };
    const own: config<{ text: string }> = await kafka.settings({}, { frame_codec: codec });
    expect(own.frame_codec.decode(Buffer.from('x'))).toEqual({ text: 'x' });
  });

  test('leave a topic that was there before', async () => {
    const topic = `before-${randomUUID()}`;
    await createTopics(connection(), [{ topic, partitions: 1, replicationFactor: 1 }], new Deadline(20_000));
    const kafka = await attached();
    const missing = `missing-${randomUUID()}`;
    await kafka.settings({ topics: { worker: topic, reply_to: missing } });
    await kafka.stop();
    await expect.poll(topicsNow).not.toContain(missing);
    expect(await topicsNow()).toContain(topic);
    await deleteTopics(connection(), [topic], new Deadline(20_000));
  });

  test('may name groups: stop deletes those that the test made, and leaves one that was there before', async () => {
    const id = randomUUID().slice(0, 8);
    const all = () => listGroups(connection(), [`named-${id}`, `easy-pubsub-named-${id}`], new Deadline(20_000));
    const earlier = await attached();
    const before = await earlier.settings({ groups: { worker: `named-${id}-before` } });
    expect(await answerOf(before)).toBe('pong');

    const kafka = await attached();
    const one = await kafka.settings({ groups: { worker: `named-${id}-before`, reply_to: `named-${id}-replies` } });
    expect(await answerOf(one)).toBe('pong');
    const other = await kafka.settings({
      topics: { worker: `named-${id}` },
      groups: { reply_to: `named-${id}-own` },
      requester: { reply_mode: 'own' },
    });
    expect(await answerOf(other)).toBe('pong');
    expect(await all()).toEqual(expect.arrayContaining([`named-${id}-replies`, `easy-pubsub-named-${id}`]));

    await kafka.stop();
    expect(await all()).toEqual([`named-${id}-before`]);
    await earlier.stop();
    expect(await all()).toEqual([]);
  });

  test('are refused with the name of the wrong field', async () => {
    const kafka = await attached();
    await expect(kafka.settings({}, { partitions: 0 })).rejects.toMatchObject({
      code: 'argument_invalid',
      details: { field: 'partitions' },
    });
    await expect(kafka.settings({ worker: { concurrency: -1 } })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('worker.concurrency') as string,
    });
  });
});

describe('stop', () => {
  test('waits for settings that are being created, and deletes their topics', async () => {
    const kafka = await attached();
    const making = kafka.settings();
    await kafka.stop();
    const { topics } = await making;
    await expect.poll(topicsNow).not.toContain(topics.worker);
  });

  test('names what a test did not dispose', { timeout: patient(60_000) }, async () => {
    const kafka = await attached();
    const settings = await kafka.settings();
    await using forgotten = worker.create(settings, () => undefined);
    await forgotten.connect();
    await expect(kafka.stop({ timeout_ms: patient(2_000) })).rejects.toMatchObject({
      code: 'deadline_exceeded',
      message: expect.stringContaining(settings.groups.worker) as string,
      hint: expect.stringContaining('Dispose every worker') as string,
    });
  });
});

describe('start', () => {
  test('attaches to PUBSUB_BROKERS, with the variables of the connection and no others', async () => {
    const env = {
      PUBSUB_BROKERS: inject('brokers').join(','),
      PUBSUB_CLIENT_ID: 'from-env',
      PUBSUB_WORKER_TOPIC: 'production',
    };
    await using kafka = await test_kafka.start({ env });
    expect(kafka).toMatchObject({ brokers: inject('brokers'), why: 'PUBSUB_BROKERS names it' });
    const settings = await kafka.settings();
    expect(settings.connection.client_id).toBe('from-env');
    expect(settings.topics.worker).toMatch(/^test-/);
    await kafka.stop();
    await expect.poll(topicsNow).not.toContain(settings.topics.worker);
  });

  test('says why named brokers cannot be used', async () => {
    const [port] = await freePorts(1);
    const env = { PUBSUB_BROKERS: `127.0.0.1:${port}` };
    await expect(test_kafka.start({ env, timeout_ms: patient(10_000) })).rejects.toMatchObject({
      code: 'connection_refused',
    });
    await expect(test_kafka.start({ env: { ...env, PUBSUB_AUTH: 'nonsense' } })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining('PUBSUB_AUTH') as string,
    });
    const aborted = AbortSignal.abort();
    await expect(test_kafka.attach(inject('brokers'), { signal: aborted })).rejects.toMatchObject({ code: 'aborted' });
  });
});
