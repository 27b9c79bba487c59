import { beforeEach, describe, expect, test } from 'vitest';
import { embeddedSkip } from '../../support/broker-machine.js';
import { skipFor } from '../../support/skips.js';
import { goClient, goSkip } from './support/go-client.js';
import { javaClient, type JavaClient } from './support/java-login.js';
import { pythonClient, pythonSkip } from './support/python-client.js';
import { iamWorld, newRole, Operation, Resource, type Credentials } from './support/world.js';

/** Like the roles of our own functions: without the right to write idempotently. */
const ours = newRole('ours', { mayWriteIdempotently: false });
const idempotent = newRole('idempotent');
const world = iamWorld({ nodes: 2, roles: [ours, idempotent] });

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

async function topicFor(...roles: (typeof ours)[]): Promise<{ topic: string; group: string }> {
  const { grant, topic: newTopic } = world();
  const topic = await newTopic(4);
  const group = `group-of-${topic}`;
  for (const role of roles) {
    await grant(role, Resource.TOPIC, topic, [Operation.WRITE, Operation.READ, Operation.DESCRIBE]);
    await grant(role, Resource.GROUP, group, [Operation.READ, Operation.DESCRIBE]);
  }
  return { topic, group };
}

describe.each(['AWS_MSK_IAM', 'OAUTHBEARER'] as const)(
  'Java’s aws-msk-iam-auth with Kafka’s own commands, %s',
  (mechanism) => {
    const java = async (
      role: Credentials,
      settings: string[] = [],
      brokers = world().kafka.gatewayBrokers,
    ): Promise<JavaClient> => javaClient({ caFile: world().kafka.caFile, brokers }, role, mechanism, settings);

    test('a producer without idempotence writes, and a consumer reads it', async () => {
      const { topic, group } = await topicFor(ours);
      const client = await java(ours);
      const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
      const plain = ['--producer-property', 'enable.idempotence=false'];
      const produced = await client.run('console-producer', ['--topic', topic, ...plain], `${lines.join('\n')}\n`);
      expect(produced, produced.stderr).toMatchObject({ exitCode: 0 });
      const read = [
        '--topic',
        topic,
        '--group',
        group,
        '--from-beginning',
        '--max-messages',
        '50',
        '--timeout-ms',
        '30000',
      ];
      const consumed = await client.run('console-consumer', read);
      expect(consumed.stdout.trim().split('\n').sort(), consumed.stderr).toEqual(lines.sort());
    });

    test('an idempotent producer, which is Java’s default, is refused with our roles, and works with the right', async () => {
      const { topic } = await topicFor(ours, idempotent);
      const refused = await (await java(ours)).run('console-producer', ['--topic', topic], 'one line\n');
      expect(`${refused.stdout}${refused.stderr}`).toMatch(
        /ClusterAuthorizationException: Cluster authorization failed/,
      );
      const served = await (await java(idempotent)).run('console-producer', ['--topic', topic], 'one line\n');
      expect(served).toMatchObject({ exitCode: 0 });
      expect(`${served.stdout}${served.stderr}`).not.toMatch(/Exception/);
      const { admin } = world();
      const offsets = await admin.fetchTopicOffsets(topic);
      expect(offsets.reduce((sum, { high }) => sum + Number(high), 0)).toBe(1);
    });

    test('it is refused with a wrong secret, as MSK refuses', async () => {
      const client = await java({ ...ours, secretAccessKey: 'a guess' });
      const { stdout, stderr, exitCode } = await client.run('topics', ['--list']);
      expect(exitCode).not.toBe(0);
      expect(`${stdout}${stderr}`).toMatch(/\[[0-9a-f-]{36}\]: Access denied/);
      const shown = /\[([0-9a-f-]{36})\]: Access denied/.exec(`${stdout}${stderr}`)?.[1];
      expect(world().refusals.find(({ id }) => id === shown)).toMatchObject({ reason: 'signature_wrong' });
    });

    test('by either name of this machine', async () => {
      const { topic } = await topicFor(ours);
      for (const host of ['localhost', '127.0.0.1']) {
        const brokers = world().kafka.gatewayBrokers.map((address) => address.replace('127.0.0.1', host));
        const { stdout, stderr } = await (await java(ours, [], brokers)).run('topics', ['--list']);
        expect(stdout, stderr).toContain(topic);
      }
    });
  },
);

describe('Python’s aws-msk-iam-sasl-signer with confluent-kafka (librdkafka)', () => {
  beforeEach(async (context) => skipFor(context, await pythonSkip()));

  test('writes and reads with its defaults, and is refused if it requires idempotence without the right', async () => {
    const { topic, group } = await topicFor(ours, idempotent);
    const { caFile, gatewayBrokers: brokers } = world().kafka;
    const run = async (role: Credentials, action: string, settings = {}): Promise<unknown> =>
      pythonClient({ caFile, brokers, role, action, topic, group, settings });
    expect(await run(ours, 'produce')).toEqual({ delivered: 20, errors: [] });
    expect(await run(ours, 'consume')).toEqual({ read: 20 });
    const idempotence = { 'enable.idempotence': true };
    expect(await run(ours, 'produce', idempotence)).toMatchObject({
      delivered: 0,
      errors: ['CLUSTER_AUTHORIZATION_FAILED'],
    });
    expect(await run(idempotent, 'produce', idempotence)).toEqual({ delivered: 20, errors: [] });
    expect(await run({ ...ours, secretAccessKey: 'a guess' }, 'produce')).toMatchObject({
      delivered: 0,
      errors: ['_AUTHENTICATION'],
    });
    expect(world().refusals).toContainEqual(
      expect.objectContaining({ reason: 'signature_wrong', accessKeyId: ours.accessKeyId }),
    );
  });
});

describe('Go’s aws-msk-iam-sasl-signer with franz-go', () => {
  beforeEach(async (context) => skipFor(context, await goSkip()));

  test('is refused with its idempotent defaults and our roles; without idempotence it writes and reads', async () => {
    const { topic, group } = await topicFor(ours, idempotent);
    const { caFile, gatewayBrokers: brokers } = world().kafka;
    const run = async (role: Credentials, isIdempotent: boolean): Promise<unknown> =>
      goClient({ caFile, brokers, role, topic, group, idempotent: isIdempotent });
    expect(await run(ours, true)).toEqual({ delivered: 0, read: 0, error: 'CLUSTER_AUTHORIZATION_FAILED' });
    expect(await run(ours, false)).toEqual({ delivered: 20, read: 20, error: '' });
    expect(await run(idempotent, true)).toMatchObject({ delivered: 20, error: '' });
    expect(await run({ ...ours, secretAccessKey: 'a guess' }, false)).toMatchObject({ delivered: 0 });
    expect(world().refusals).toContainEqual(
      expect.objectContaining({ reason: 'signature_wrong', accessKeyId: ours.accessKeyId }),
    );
  });
});
