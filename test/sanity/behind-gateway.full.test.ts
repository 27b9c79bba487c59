import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { embeddedSkip } from '../support/broker-machine.js';
import { GatewayProcess } from '../support/gateway-process.js';
import { SanityProcess, temporary } from '../support/sanity-process.js';
import { skipFor } from '../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

const PLACE = 'arn:aws:kafka:eu-west-1:111122223333';
const allow = (action: string | string[], resource: string) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
});
const policies = {
  'everything.json': [allow('kafka-cluster:*', '*')],
  // Groups that have the name of a run: they are not known before.
  'by-prefix.json': [
    allow(['kafka-cluster:Connect', 'kafka-cluster:DescribeCluster'], `${PLACE}:cluster/demo/*`),
    allow(['kafka-cluster:*Topic*', 'kafka-cluster:*Data'], `${PLACE}:topic/demo/*/sanity.*`),
    allow('kafka-cluster:*', `${PLACE}:group/demo/*/easy-pubsub-*`),
  ],
};

test('a sanity run passes behind a gateway, with rights on all names or by prefix, and nothing is denied', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = await Promise.all(
    Object.entries(policies).map(async ([name, statement]) => {
      const file = join(folder, name);
      await writeFile(file, JSON.stringify({ Version: '2012-10-17', Statement: statement }));
      return file;
    }),
  );
  const topics = ['--topics', 'sanity.worker,sanity.reply_to'];
  const [gateway, settings] = await GatewayProcess.start(['--policy', ...files, ...topics]);
  for (const role of settings.roles) {
    const { env } = await temporary();
    const end = await SanityProcess.run(['--json', '--count', '20'], {
      ...env,
      AWS_REGION: settings.region,
      AWS_ACCESS_KEY_ID: role.access_key_id,
      AWS_SECRET_ACCESS_KEY: role.secret_access_key,
      AWS_SESSION_TOKEN: role.session_token,
      PUBSUB_BROKERS: settings.brokers.join(','),
      PUBSUB_AUTH: 'msk_iam',
      PUBSUB_TLS_CA: settings.ca_file,
      NODE_EXTRA_CA_CERTS: settings.ca_file,
    });
    expect([role.arn, end.exitCode], end.stdout + end.stderr).toEqual([role.arn, 0]);
  }
  const { stderr } = await gateway.end();
  expect(stderr.match(/^(denied|refused|\[).*$/gm) ?? []).toEqual([]);
});
