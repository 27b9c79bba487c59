import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { easyPubsub } from '../support/broker-cli.js';
import { sandbox } from '../support/broker-sandbox.js';
import { makeWorld, topicVariables } from '../support/world.js';

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

async function onOurBroker(): Promise<{ env: NodeJS.ProcessEnv }> {
  const world = await makeWorld({ brokers: inject('brokers') });
  const env = {
    ...process.env,
    PUBSUB_BROKERS: inject('brokers').join(','),
    ...topicVariables(world),
  };
  return { env };
}

describe('invoke', () => {
  test('exit code 0: the result is JSON on stdout, and structured logs are on stderr', async () => {
    const ran = await easyPubsub(
      await onOurBroker(),
      'invoke',
      'publisher',
      '--event',
      'events/publisher/publish.json',
    );
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
    const env = { ...world.env, PUBSUB_WORKER_TOPIC: 'no-such-topic' };
    const ran = await easyPubsub({ env }, 'invoke', 'publisher', '--event', 'events/publisher/positions.json');
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      errorMessage: expect.stringMatching(/topic_unknown.*no-such-topic/) as string,
    });
  });

  test('exit code 1: the time-out is too short for the work', async () => {
    const file = await eventFile('{"run_id":"never","idle_ms":60000}');
    // 4 s are less than the least that a function takes, and long enough for a slow machine to begin its handler.
    const ran = await easyPubsub(await onOurBroker(), 'invoke', 'worker', '--event', file, '--timeout', '4');
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      errorMessage: expect.stringMatching(/are not enough for/) as string,
    });
  });

  test.each([
    ['a field is missing', 'worker', '{"behaviour":"echo"}', /run_id is missing/],
    ['it is not valid JSON', 'worker', '{"run_id":', /is not a JSON object/],
    ['it is not an object', 'worker', '5', /is not a JSON object/],
  ])('2: %s', async (_, name, content, said) => {
    const file = await eventFile(content);
    // Nothing is connected: nobody listens there.
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
    expect(ran.stderr).toMatch(/easy-pubsub kafka up/);
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
