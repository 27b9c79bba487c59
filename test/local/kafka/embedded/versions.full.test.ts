import { readFile } from 'node:fs/promises';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Deadline } from '../../../../src/base/deadline.js';
import { warmUp } from '../../../../local/kafka/readiness.js';
import { create_frame, payload_text, requester, text_payload, worker, worker_frame } from '../../../../src/index.js';
import { kafkaTools, startEmbedded } from '../../../../local/kafka/index.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { sandbox } from '../../../support/broker-sandbox.js';
import { committedOffsets } from '../../../support/committed-offsets.js';
import { brokerOutage } from '../../../support/outage.js';
import { skipFor } from '../../../support/skips.js';
import { until } from '../../../support/until.js';
import { makeWorld } from '../../../support/world.js';

/** The lines that we promise: the one MSK recommends, and the newest with all of Kafka's own tools. */
const versions = ['3.9.1', '4.3.1'];
/** This machine's default Java is always tried; others where they are named, separated by colons. */
const otherJavas = (process.env['EASY_PUBSUB_TEST_JAVA_HOMES'] ?? '').split(':').filter(Boolean);
const seconds: Record<string, string> = {};

beforeEach(async (context) => skipFor(context, await embeddedSkip()));
afterAll(() => console.table(seconds));

async function worksWith(version: string, javaHome: string | undefined): Promise<void> {
  const { env, leftovers } = await sandbox('all', version);
  const javaEnv = javaHome === undefined ? env : { ...env, JAVA_HOME: javaHome };
  const began = performance.now();
  await using kafka = await startEmbedded({
    env: javaEnv,
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
    loggers: [{ name: 'kafka.authorizer.logger', level: 'DEBUG', ownFile: true }],
  });
  seconds[`Kafka ${version}, ${javaHome ?? 'default Java'}`] = ((performance.now() - began) / 1_000).toFixed(1);
  expect(kafka.version).toBe(version);
  const own = kafka.nodes[0]?.logFiles['kafka.authorizer.logger'] ?? '';
  await expect.poll(() => readFile(own, 'utf8'), { timeout: 10_000 }).toMatch(/is Allowed/i);
  expect(await kafka.logTail(1, 10_000)).toMatch(/INFO .*Kafka Server started|INFO .*started \(kafka/);
  await kafka.stopNode(1);
  await kafka.startNode(1);
  await expect(warmUp(kafka.brokers, new Deadline(30_000))).resolves.toMatchObject({ clusterId: kafka.clusterId });
  await kafka[Symbol.asyncDispose]();
  expect(await leftovers()).toEqual([]);
}

describe.each(versions)('Kafka %s', (version) => {
  test('runs on the default Java', () => worksWith(version, undefined));

  test('runs on the other Javas of this machine', async (context) => {
    skipFor(context, otherJavas.length === 0 ? 'no-other-java' : undefined);
    for (const home of otherJavas) await worksWith(version, home);
  });

  test('serves the library: replies, a partition that moves, a lag in order, a broker that restarts', async () => {
    const { env } = await sandbox('all', version);
    await using kafka = await startEmbedded({
      env,
      properties: { 'broker.session.timeout.ms': '3000', 'group.min.session.timeout.ms': '1000' },
    });
    const world = await makeWorld({
      brokers: kafka.brokers,
      changes: { consumer: { heartbeat_interval_ms: 100 } },
    });
    const handled: string[] = [];
    const work = () =>
      worker.create(world.settings, (frame) => {
        handled.push(payload_text(frame) ?? '');
        return create_frame({ payloads: frame.payloads });
      });
    const ask = (r: requester, i: number) =>
      r.request(worker_frame({ path: [i % 10], command: 'x', payloads: [text_payload(String(i))] }), {
        idempotent: true,
      });
    await using first = work();
    await using a = requester.create(world.settings);
    await Promise.all([first.connect(), a.connect()]);
    const texts = await Promise.all(Array.from({ length: 500 }, (_, i) => ask(a, i)));
    expect(texts.map((reply) => payload_text(reply))).toEqual(Array.from({ length: 500 }, (_, i) => String(i)));
    for (let path = 0; path < 10; path += 1) {
      const ofPath = handled.map(Number).filter((i) => i % 10 === path);
      expect(ofPath).toEqual(ofPath.toSorted((x, y) => x - y));
    }

    await using second = work();
    await using b = requester.create(world.settings);
    await Promise.all([second.connect(), b.connect()]);
    await until('they share', () => [a, b].every((r) => r.tracking.partitions.length === 3));
    await Promise.all(Array.from({ length: 200 }, (_, i) => ask(i % 2 === 0 ? a : b, i)));
    await first.dispose();
    expect(payload_text(await ask(b, 7))).toBe('7');
    await until('all is committed', async () => {
      const committed = [...(await committedOffsets(world, 'worker')).values()];
      return committed.reduce((sum, offset) => sum + Math.max(0, offset), 0) >= 701;
    });
    await Promise.all([a.dispose(), b.dispose(), second.dispose()]);
    expect(await brokerOutage(kafka, 3_000)).toMatchObject({
      lost: [],
      hung: 0,
      disordered: [],
      connectedAgain: true,
      repliesAfter: true,
    });
  });

  test('accepts users that were written to its storage', async () => {
    const { env } = await sandbox('all', version);
    const mechanism = 'SCRAM-SHA-256' as const;
    await using kafka = await startEmbedded({
      env,
      scramUsers: [{ mechanism, username: 'ann', password: 'ann-secret' }],
    });
    const tools = await kafkaTools({ version });
    const broker = ['--bootstrap-server', kafka.brokers.join(',')];
    const { stdout } = await tools.run('configs', [...broker, '--describe', '--entity-type', 'users']);
    expect(stdout).toContain("SCRAM credential configs for user-principal 'ann' are SCRAM-SHA-256");
  });
});
