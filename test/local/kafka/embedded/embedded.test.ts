import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Kafka, logLevel, type Admin } from 'kafkajs';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Deadline } from '../../../../src/base/deadline.js';
import { readClusterId } from '../../../../local/kafka/readiness.js';
import { startEmbedded, type EmbeddedKafka, type EmbeddedOptions } from '../../../../local/kafka/index.js';
import { isAlive } from '../../../../local/os/processes.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { processesWith, sandbox, type Sandbox } from '../../../support/broker-sandbox.js';
import { skipFor } from '../../../support/skips.js';
import { patient } from '../../../support/patience.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

async function started(options: EmbeddedOptions = {}): Promise<{ kafka: EmbeddedKafka; box: Sandbox }> {
  const box = await sandbox();
  const kafka = await startEmbedded({ env: box.env, ...options });
  onTestFinished(() => kafka[Symbol.asyncDispose]());
  return { kafka, box };
}

async function withAdmin<T>(brokers: readonly string[], use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return use(admin).finally(() => admin.disconnect());
}

describe('an embedded Kafka', () => {
  test('is ready when it is returned: no retry is needed for a topic, a leader or a group', async () => {
    const { kafka } = await started();
    const strict = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING, retry: { retries: 0 } });
    const admin = strict.admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    await admin.createTopics({ topics: [{ topic: 't', numPartitions: 3 }], waitForLeaders: true });
    await admin.describeGroups(Array.from({ length: 20 }, (_, i) => `group-${i}`));
    const consumer = strict.consumer({ groupId: 'g', maxWaitTimeInMs: 50 });
    onTestFinished(() => consumer.disconnect());
    const joined = new Promise((resolve, reject) => {
      consumer.on('consumer.group_join', resolve);
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
    });
    await consumer.subscribe({ topics: ['t'] });
    await consumer.run({ eachBatch: () => Promise.resolve() });
    await joined;
    const left = (await admin.listTopics()).concat((await admin.listGroups()).groups.map(({ groupId }) => groupId));
    expect(left.sort()).toEqual(['__consumer_offsets', 'g', 't']);
  });

  test('does not create topics automatically, like MSK', async () => {
    const { kafka } = await started();
    await withAdmin(kafka.brokers, async (admin) => {
      await expect(admin.fetchTopicMetadata({ topics: ['misspelt'] })).rejects.toThrow(/does not host/);
      expect(await admin.listTopics()).not.toContain('misspelt');
    });
  });

  test('leaves no process and no folder when it is disposed, even twice', async () => {
    const { kafka, box } = await started();
    const [pid] = kafka.pids;
    expect(isAlive(pid ?? 0)).toBe(true);
    expect(await box.leftovers()).toHaveLength(1);
    await Promise.all([kafka[Symbol.asyncDispose](), kafka[Symbol.asyncDispose]()]);
    await expect.poll(() => isAlive(pid ?? 0), { timeout: patient(10_000) }).toBe(false);
    expect(await box.leftovers()).toEqual([]);
    expect(await processesWith(kafka.folder)).toEqual([]);
  });

  test('stops a node and starts it again: same port, same data, quickly', async () => {
    const { kafka } = await started();
    await withAdmin(kafka.brokers, (admin) =>
      admin.createTopics({ topics: [{ topic: 'kept' }], waitForLeaders: true }),
    );
    const before = kafka.nodes[0]?.pid;
    await kafka.stopNode(1);
    expect(kafka.pids).toEqual([]);
    await expect(readClusterId(kafka.brokers, new Deadline(2_000))).rejects.toMatchObject({
      code: 'broker_unavailable',
    });
    const began = performance.now();
    await kafka.startNode(1);
    expect(performance.now() - began).toBeLessThan(patient(8_000));
    expect(kafka.pids).toHaveLength(1);
    expect(kafka.pids[0]).not.toBe(before);
    await withAdmin(kafka.brokers, async (admin) => expect(await admin.listTopics()).toContain('kept'));
    expect((await readClusterId(kafka.brokers, new Deadline(2_000))).clusterId).toBe(kafka.clusterId);
  });
});

describe('a start that fails', () => {
  test('keeps the logs, names them, and shows their last lines', async () => {
    const box = await sandbox();
    const failed = startEmbedded({ env: box.env, properties: { 'num.io.threads': 'many' } });
    await expect(failed).rejects.toMatchObject({ code: 'kafka_unavailable', stage: 'local_kafka' });
    const error = (await failed.catch((thrown: unknown) => thrown)) as { hint: string; details: { logs: string } };
    expect(error.hint).toContain('num.io.threads');
    expect(error.hint).toContain(error.details.logs);
    expect(existsSync(`${error.details.logs}/node-1.log`)).toBe(true);
    expect(await box.leftovers()).toEqual([]);
  });

  test('because a requested port is taken names the port', async () => {
    const box = await sandbox();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    await expect(startEmbedded({ env: box.env, ports: [port] })).rejects.toMatchObject({
      code: 'kafka_unavailable',
      raw_message: `port ${port} of 127.0.0.1 is in use by another program`,
    });
  });

  test('at the deadline leaves nothing', async () => {
    const box = await sandbox();
    const began = performance.now();
    await expect(startEmbedded({ env: box.env, deadline: new Deadline(400) })).rejects.toMatchObject({
      stage: 'local_kafka',
    });
    expect(performance.now() - began).toBeLessThan(patient(5_000));
    expect(await box.leftovers()).toEqual([]);
  });

  test('because of the signal is distinguished from a failure, and leaves nothing', async () => {
    const box = await sandbox();
    const controller = new AbortController();
    const start = startEmbedded({
      env: box.env,
      deadline: new Deadline(60_000, controller.signal),
      onProgress: () => controller.abort(),
    });
    await expect(start).rejects.toMatchObject({ code: 'aborted' });
    expect(await box.leftovers()).toEqual([]);
  });

  test.each([0, 4, 1.5])('with %s nodes says how many are allowed', async (nodes) => {
    await expect(startEmbedded({ nodes })).rejects.toMatchObject({ code: 'argument_invalid' });
  });
});
