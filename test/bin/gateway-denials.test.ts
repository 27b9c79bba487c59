import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { embeddedSkip } from '../support/broker-machine.js';
import { clientOf, GatewayProcess, trySending } from '../support/gateway-process.js';
import { skipFor } from '../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

const allow = (...names: string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: names.map((name) => `kafka-cluster:${name}`), Resource: '*' }],
});
/** Everything that has to do with topics and no data, on whatever there will be. */
const operator = allow('Connect', 'CreateTopic', 'DescribeTopic', 'AlterTopic', 'DeleteTopic');
/** As the AWS CLI prints it; Windows puts a byte order mark before. */
const reader = {
  PolicyVersion: { Document: allow('Connect', 'DescribeTopic', 'ReadData', 'ListNodes'), VersionId: 'v1' },
};

test('the gateway enforces policies for names that match only a wildcard, and a denial names the missing statement', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = [join(folder, 'operator.json'), join(folder, 'reader.json')] as const;
  await writeFile(files[0], JSON.stringify(operator));
  await writeFile(files[1], `\uFEFF${JSON.stringify(reader)}`);
  const [gateway, settings] = await GatewayProcess.start(['--policy', ...files]);
  const [asOperator, asReader] = settings.roles.map((role) => clientOf(settings, role));

  const admin = asOperator!.admin();
  await admin.connect();
  expect(await admin.createTopics({ topics: [{ topic: 'brand-new' }], waitForLeaders: true })).toBe(true);
  await admin.disconnect();
  expect(await trySending(asOperator!, 'brand-new')).toBe('TOPIC_AUTHORIZATION_FAILED');

  const other = asReader!.admin();
  await other.connect();
  expect((await other.fetchTopicMetadata({ topics: ['brand-new'] })).topics).toHaveLength(1);
  await expect(other.createTopics({ topics: [{ topic: 'another' }] })).rejects.toMatchObject({
    errors: [expect.objectContaining({ type: 'TOPIC_AUTHORIZATION_FAILED' })],
  });
  await other.disconnect();

  const logs = (...args: string[]) => GatewayProcess.run(['logs', '--pid', String(gateway.pid), ...args]);
  const [broker, authorizer] = await Promise.all([logs('-n', '500'), logs('--authorizer')]);
  expect([broker.exitCode, authorizer.exitCode]).toEqual([0, 0]);
  expect(broker.stdout).toContain('brand-new');
  expect(authorizer.stdout).toMatch(/is Denied operation = WRITE .* Topic:LITERAL:brand-new/);

  const { stderr } = await gateway.end('SIGINT');
  expect(stderr).toContain(
    `denied: role operator: kafka-cluster:WriteData on topic brand-new (Produce): no statement of ${files[0]} allows it\n`,
  );
  expect(stderr).toContain(
    `denied: role reader: kafka-cluster:CreateTopic on topic another (CreateTopics): no statement of ${files[1]} allows it\n`,
  );
  // Nothing else was: the rest is granted.
  expect(stderr.match(/^denied: .* on topic (?!brand-new \(Produce\)|another )/gm) ?? []).toEqual([]);
  expect(stderr).toContain('kafka-cluster:ListNodes is not an IAM action');
  const ended = await logs();
  expect(ended.exitCode).toBe(2);
  expect(ended.stderr).toContain(`No gateway is running in process ${gateway.pid}`);
});
