import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { easyPubsub } from '../support/broker-cli.js';
import { sandbox } from '../support/broker-sandbox.js';
import { makeWorld, topicOptions } from '../support/world.js';

const isJson = (line: string): boolean => {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
};

async function eventFile(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'event-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'event.json');
  await writeFile(file, content);
  return file;
}

async function onOurBroker(): Promise<{ env: NodeJS.ProcessEnv; topics: string[] }> {
  const world = await makeWorld({ brokers: inject('brokers') });
  const env = {
    ...process.env,
    PUBSUB_BROKERS: inject('brokers').join(','),
  };
  return { env, topics: topicOptions(world) };
}

describe('invoke', () => {
  test('exit code 0: the result is JSON on stdout, and structured logs are on stderr', async () => {
    const world = await onOurBroker();
    const args = ['invoke', 'publisher', '--event', 'events/publisher/publish.json', ...world.topics];
    const ran = await easyPubsub(world, ...args);
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ action: 'publish', sent: 3, send_failed: 0 });
    const logs = ran.stderr.trim().split('\n');
    expect(logs.filter((line) => !isJson(line))).toEqual([]);
    expect(logs.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ level: 'INFO', message: 'done', service: 'easy-pubsub', sent: 3 }) as object,
    );
  });

  test('exit code 1: the handler fails', async () => {
    const world = await onOurBroker();
    const args = ['--event', 'events/publisher/positions.json', '--worker-topic', 'no-such-topic'];
    const ran = await easyPubsub(world, 'invoke', 'publisher', ...args);
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      errorMessage: expect.stringMatching(/topic_unknown.*no-such-topic/) as string,
    });
  });

  test('exit code 1: the time-out is too short for the work', async () => {
    const file = await eventFile('{"run_id":"never","idle_ms":60000}');
    // 4 s are less than the least that a function takes, and long enough for a slow machine to begin its handler.
    const world = await onOurBroker();
    const ran = await easyPubsub(world, 'invoke', 'worker', '--event', file, '--timeout', '4', ...world.topics);
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      errorMessage: expect.stringMatching(/are not enough for/) as string,
    });
  });

  describe('a request to the publisher function', () => {
    const request = (more: object = {}): Promise<string> =>
      eventFile(JSON.stringify({ action: 'request', run_id: randomUUID(), timeout_ms: 3_000, ...more }));

    test.each([{}, { warm_up_ms: 3_000 }])('without a worker %j: exit code 1, and how to start one', async (more) => {
      const world = await onOurBroker();
      const ran = await easyPubsub(world, 'invoke', 'publisher', '--event', await request(more), ...world.topics);
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toMatch(/^No worker function is running for run \S+ yet/m);
      expect(ran.stderr).toMatch(/^No request was answered/m);
      expect(ran.stderr).toMatch(
        /npm run easy-pubsub -- invoke worker --event - --worker-topic worker-\w+ --reply-topic reply_to-/,
      );
    });

    test('a request that cannot be written: exit code 1, and where its cause is', async () => {
      const world = await onOurBroker();
      const env = { ...world.env, PUBSUB_MAX_FRAME_BYTES: '10000' };
      const event = await request({ payload_bytes: 100_000 });
      const ran = await easyPubsub({ env }, 'invoke', 'publisher', '--event', event, ...world.topics);
      expect(JSON.parse(ran.stdout)).toMatchObject({ ledger: { sent: 1, send_failed: 1 } });
      expect([ran.exitCode, ran.stderr]).toEqual([
        1,
        expect.stringContaining('No request could be written: send_failure'),
      ]);
    });

    test('with --with-worker: it is answered', async () => {
      const world = await onOurBroker();
      const args = ['--event', await request({ count: 3, timeout_ms: 20_000 }), '--with-worker', ...world.topics];
      const ran = await easyPubsub(world, 'invoke', 'publisher', ...args);
      expect(ran.exitCode, ran.stderr).toBe(0);
      expect(JSON.parse(ran.stdout)).toMatchObject({ ledger: { sent: 3, delivered: 3 } });
    });

    test('--with-worker with an event that is not a request: exit code 2', async () => {
      const args = ['--event', 'events/publisher/positions.json', '--with-worker'];
      const ran = await easyPubsub({ env: process.env }, 'invoke', 'publisher', ...args);
      expect(ran.exitCode).toBe(2);
      expect(ran.stderr).toMatch(/--with-worker is for the publisher function/);
    });
  });

  test.each([
    ['a field is missing', 'worker', '{"behaviour":"echo"}', /run_id is missing/],
    ['it is not valid JSON', 'worker', '{"run_id":', /is not a JSON object/],
    ['it is not an object', 'worker', '5', /is not a JSON object/],
  ])('2: %s', async (_, name, content, said) => {
    const file = await eventFile(content);
    // Nothing is connected: nothing listens there.
    const env = { ...process.env, PUBSUB_BROKERS: 'localhost:1' };
    const ran = await easyPubsub({ env }, 'invoke', name, '--event', file);
    expect(ran.exitCode).toBe(2);
    expect(ran.stdout + ran.stderr).toMatch(said);
    expect(ran.stdout + ran.stderr).not.toMatch(/refused/);
  });

  test('exit code 2: a setting is misspelt', async () => {
    const env = { ...process.env, PUBSUB_BROKERS: 'localhost:1', PUBSUB_WORKER_TOPPIC: 'x' };
    const ran = await easyPubsub({ env }, 'invoke', 'publisher', '--event', 'events/publisher/positions.json');
    expect(ran.exitCode).toBe(2);
    expect(ran.stdout + ran.stderr).toMatch(/PUBSUB_WORKER_TOPPIC.*PUBSUB_WORKER_TOPIC/s);
  });

  test('exit code 2: no broker is configured, and invoke does not start one', async () => {
    const box = await sandbox();
    const env = { ...box.env, PUBSUB_BROKERS: undefined };
    const ran = await easyPubsub({ env }, 'invoke', 'publisher', '--event', 'events/publisher/positions.json');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(/npm run easy-pubsub -- kafka up/);
    expect(ran.stderr).toMatch(/PUBSUB_BROKERS/);
  });

  test.each([
    ['an unknown function', ['invoke', 'painter', '--event', 'events/publisher/positions.json'], /painter/],
    ['no event', ['invoke', 'worker'], /--event/],
    ['a missing file', ['invoke', 'worker', '--event', 'no-such-file.json'], /no-such-file\.json.*ENOENT/],
  ])('2: %s', async (_, args, said) => {
    const ran = await easyPubsub({ env: process.env }, ...args);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(said);
  });
});
