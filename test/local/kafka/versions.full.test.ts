import { readFile } from 'node:fs/promises';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { warmUp } from '../../../src/kafka/readiness.js';
import { kafkaTools, startEmbedded } from '../../../local/kafka/index.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { sandbox } from '../../support/broker-sandbox.js';
import { skipFor } from '../../support/skips.js';

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

  test('knows users that were put into its storage', async () => {
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
