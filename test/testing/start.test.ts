import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { isAlive } from '../../local/os/processes.js';
import { requester, worker, worker_frame } from '../../src/index.js';
import { test_kafka } from '../../testing/index.js';
import { embeddedSkip } from '../support/broker-machine.js';
import { descendants, processesWith, sandbox } from '../support/broker-sandbox.js';
import { patient } from '../support/patience.js';
import { skipFor } from '../support/skips.js';
import { built } from '../support/programs.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

test('a Kafka for a test is ready when it starts, and leaves nothing', { timeout: patient(90_000) }, async () => {
  const box = await sandbox();
  const phrases: string[] = [];
  const kafka = await test_kafka.start({ env: box.env, on_progress: (phrase) => phrases.push(phrase) });
  expect(kafka.why).toMatch(/^it was started from Maven's jars/);
  expect(phrases.join()).toContain('to start');
  {
    const settings = await kafka.settings();
    await using answering = worker.create(settings, () => undefined);
    await using asking = requester.create(settings);
    await Promise.all([answering.connect(), asking.connect()]);
    await asking.request(worker_frame({ path: 1, command: 'x' }));
  }
  const another = await test_kafka.start({ env: box.env });
  expect(another.brokers).not.toEqual(kafka.brokers);
  expect(await box.leftovers()).toHaveLength(2);
  await Promise.all([kafka.stop(), kafka.stop(), another.stop()]);
  expect(await box.leftovers()).toEqual([]);
  expect(await processesWith(box.cache)).toEqual([]);
});

test('a test process that is killed leaves neither its Kafka nor a folder', { timeout: patient(90_000) }, async () => {
  const box = await sandbox();
  const child = spawn(process.execPath, [built('test/testing/fixtures/hold-test-kafka.ts')], {
    env: box.env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(createInterface({ input: child.stdout }), 'line');
  const pids = (await descendants(child.pid ?? 0)).map(({ pid }) => pid);
  expect(pids.length).toBeGreaterThanOrEqual(2);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  await expect.poll(() => box.leftovers()).toEqual([]);
});

test('a taken port is named, and nothing is left', async () => {
  const box = await sandbox();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await expect(test_kafka.start({ env: box.env, port })).rejects.toMatchObject({
    code: 'kafka_unavailable',
    message: expect.stringContaining(`port ${port}`) as string,
  });
  expect(await box.leftovers()).toEqual([]);
});

test('a machine without Java and Docker gets an error that says what to install', async () => {
  const box = await sandbox('nothing');
  await expect(test_kafka.start({ env: box.bare() })).rejects.toMatchObject({
    code: 'kafka_unavailable',
    hint: expect.stringContaining('Install Docker') as string,
  });
});
