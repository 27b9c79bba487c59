import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Deadline } from '../../src/base/deadline.js';
import { createTopics } from '../../src/kafka/admin/create-topics.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';
import { createAcls, listAcls, type AclEntry } from '../../src/kafka/admin/acls.js';
import { freePorts } from '../../local/os/ports.js';
import { startEmbedded } from '../../local/kafka/index.js';
import { iamListener, iamProperties, iamSystemProperties } from '../../rehearsal/gateway/iam-listener.js';
import { keptKey } from '../../rehearsal/gateway/key-folder.js';
import { config } from '../../src/index.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { embeddedSkip } from '../support/broker-machine.js';
import { clientOf, GatewayProcess, trySending } from '../support/gateway-process.js';
import { skipFor } from '../support/skips.js';

const CLUSTER = 'arn:aws:kafka:eu-west-1:123456789012:cluster/shop/11111111-2222-4333-8444-555555555555-1';
const topicArn = (name: string): string => `${CLUSTER.replace(':cluster/', ':topic/')}/${name}`;
const policy = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: CLUSTER },
    {
      Effect: 'Allow',
      Action: ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
      Resource: topicArn('orders'),
    },
  ],
};

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

async function folderWith(files: Record<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

function connectionTo(brokers: readonly string[]): KafkaConnection {
  return kafkaConnection(config.create({ connection: { brokers: [...brokers] } }));
}

async function createTestTopics(brokers: readonly string[], ...topics: string[]): Promise<void> {
  const wanted = topics.map((topic) => ({ topic, partitions: 1, replicationFactor: 1 }));
  await createTopics(connectionTo(brokers), wanted, new Deadline(20_000));
}

test('with only a policy, the gateway starts an embedded Kafka that enforces it, and leaves nothing behind', async () => {
  const folder = await folderWith({ 'publisher.json': policy });
  const temporary = await mkdtemp(join(folder, 'tmp-'));
  const [gateway, settings] = await GatewayProcess.start(
    ['--policy', join(folder, 'publisher.json'), '--topics', 'orders'],
    {
      TMPDIR: temporary,
    },
  );
  expect(settings).toMatchObject({
    region: 'eu-west-1',
    cluster_arn: CLUSTER,
    topics: ['orders'],
    roles: [{ arn: 'arn:aws:iam::123456789012:role/publisher', may_connect: true, may_write_idempotently: false }],
  });
  await createTestTopics(settings.admin_brokers, 'invoices');
  expect(await trySending(clientOf(settings), 'orders')).toBe('sent');
  expect(await trySending(clientOf(settings), 'invoices')).toMatch('Topic authorization failed');
  const refused = await trySending(clientOf(settings, { secret_access_key: 'a guess' }), 'orders');
  const [, id] = /\[([0-9a-f-]{36})\]: Access denied/.exec(refused) ?? [];
  const { exitCode, stderr } = await gateway.end('SIGINT');
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(`[${id}] refused: the signature is not of this request`);
  expect((await readdir(temporary)).filter((name) => name.startsWith('easy-pubsub'))).toEqual([]);
});

test('with --brokers, the gateway finds their listener, and restores their ACLs at the end', async () => {
  const folder = await folderWith({ 'policy.json': policy });
  const { keySetUrl } = await keptKey(folder);
  const [port] = await freePorts(1);
  await using kafka = await startEmbedded({
    listeners: [iamListener([`127.0.0.1:${port}`], keySetUrl)],
    jvm: { systemProperties: iamSystemProperties(keySetUrl) },
    properties: { ...iamProperties, 'allow.everyone.if.no.acl.found': 'true' },
  });
  await createTestTopics(kafka.brokers, 'orders');
  const arn = 'arn:aws:iam::123456789012:role/mine';
  const before: AclEntry = {
    principal: `User:${arn}`,
    resourceType: 'TOPIC',
    resourceName: 'orders',
    operation: 'WRITE',
    permission: 'ALLOW',
  };
  const connection = connectionTo(kafka.brokers);
  // As a gateway leaves it that is killed: what its policy said then, and this one does not.
  const stale: AclEntry = { ...before, resourceName: 'invoices' };
  // It would still allow the role what its policy does not.
  const fromHere: AclEntry = { ...before, resourceName: 'letters', host: '127.0.0.1' };
  const forEveryone: AclEntry = { ...before, principal: 'User:*', resourceName: 'open', pattern: 'PREFIXED' };
  await createAcls(connection, [before, stale, fromHere, forEveryone], new Deadline(10_000));
  const args = ['--policy', join(folder, 'policy.json'), '--role-arn', arn, '--keys', folder];
  const own = {
    EASY_PUBSUB_GATEWAY_ACCESS_KEY_ID: 'AKIAOWN0000000000001',
    EASY_PUBSUB_GATEWAY_SECRET_ACCESS_KEY: 'a secret of one’s own',
  };
  const [gateway, settings] = await GatewayProcess.start([...args, '--brokers', kafka.brokers.join(',')], own);
  expect(settings.brokers).toEqual([`127.0.0.1:${port}`]);
  expect(JSON.stringify(settings)).not.toContain(own.EASY_PUBSUB_GATEWAY_SECRET_ACCESS_KEY);
  const credentials = {
    access_key_id: own.EASY_PUBSUB_GATEWAY_ACCESS_KEY_ID,
    secret_access_key: own.EASY_PUBSUB_GATEWAY_SECRET_ACCESS_KEY,
  };
  expect(await trySending(clientOf(settings, credentials), 'orders')).toBe('sent');
  const during = await listAcls(connection, {}, new Deadline(10_000));
  expect(during.length).toBeGreaterThan(1);
  expect(during).not.toContainEqual(stale);
  expect(during).not.toContainEqual(fromHere);
  const sentence =
    'have an ACL for all clients (User:*), which counts in addition to the policies: allow WRITE on topic open*';
  const open = expect.stringMatching(/^have the setting allow\.everyone\.if\.no\.acl\.found \(broker 1\)/) as unknown;
  expect(settings).toMatchObject({
    remarks: [
      { path: 'the brokers', sentence },
      { path: 'the brokers', sentence: open },
    ],
  });
  const { exitCode, stderr } = await gateway.end();
  expect(exitCode).toBe(143);
  expect(stderr).toContain(`note: the brokers ${sentence}`);
  expect(await listAcls(connection, {}, new Deadline(10_000))).toEqual([forEveryone, before]);

  const elsewhere = await GatewayProcess.run([...args, '--brokers', kafka.brokers.join(','), '--port', '9098']);
  expect(elsewhere.exitCode).toBe(2);
});

test('gateway keys prints the settings that a broker needs, and the key that they name', async () => {
  const folder = await folderWith({});
  const { exitCode, stdout } = await GatewayProcess.run(['keys', '--keys', folder]);
  expect(exitCode).toBe(0);
  for (const [key, value] of Object.entries(iamProperties)) expect(stdout).toContain(`\n${key}=${value}\n`);
  const { keySetFile } = await keptKey(folder);
  expect(stdout).toContain(keySetFile);
  expect(JSON.parse(await readFile(keySetFile, 'utf8'))).toMatchObject({ keys: [{}] });
});

test('an invalid policy is reported with its position, and nothing is started', async () => {
  const condition = { StringEquals: { 'aws:SourceVpc': 'vpc-0123' }, Bool: { 'aws:SecureTransport': 'true' } };
  const conditional = { ...policy.Statement[1], Condition: condition };
  const folder = await folderWith({
    'conditional.json': { Statement: [policy.Statement[0], conditional] },
    'broken.json': '{',
  });
  const end = (name: string): ReturnType<typeof GatewayProcess.run> =>
    GatewayProcess.run(['--policy', join(folder, name)]);
  const [refused, broken, missing, none] = await Promise.all([
    end('conditional.json'),
    end('broken.json'),
    end('missing.json'),
    GatewayProcess.run([]),
  ]);
  expect(refused.stderr).toMatch(
    /conditional\.json\.Statement\[1\].*values that are not known here: aws:SourceVpc \(.*\[template_refused\]/,
  );
  expect(refused.stderr).toContain('--answer aws:SourceVpc=vpc-0123\n');
  expect(refused.stderr).not.toContain('SecureTransport');
  expect(broken.stderr).toMatch(/broken\.json is not JSON: line 1, column 2: .*\[argument_invalid\]/);
  expect(missing.stderr).toMatch(/missing\.json cannot be read/);
  expect(none.stderr).toMatch(/no policy is given/i);
  expect([refused, broken, missing, none].map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2]);
});
