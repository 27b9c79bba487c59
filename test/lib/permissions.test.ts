import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { REPOSITORY_ROOT } from '../../lib/function-bundle.js';
import type { KafkaStatement } from '../../src/grants/kafka-grants.js';
import { policyOf } from '../grants/support/services.js';
import { rightsOf } from './support/policies.js';
import { templateOf } from './support/synthesize.js';

const readable = (resource: string): string =>
  resource
    .replace(/^\{\w*Logs\w+\.Arn\}$/, 'its log group')
    .replace(/\{Cluster\w+\.Arn\}\[0\]:group\/\{Cluster\w+\.Arn\}\[1\]\//, 'groups ')
    .replace(/^\{Cluster\w+\.Arn\}$/, 'the cluster')
    .replace(/^\{(\w+)Function\w{8}\.Arn\}$/, 'function $1')
    .replace(/^\{WorkerTopic\w+\.TopicArn\}$/, 'topic worker')
    .replace(/^\{ReplyToTopic\w+\.TopicArn\}$/, 'topic reply_to');

/** The rights of services with the default names: what `easy-pubsub policy` prints. */
function serviceRows(): string[][] {
  const all = { topics: { dead_letter: 'dead_letter' } };
  const services: [string, KafkaStatement[]][] = [
    ['requester', policyOf('requester', {})],
    ['requester, `PUBSUB_REPLY_MODE=own`', policyOf('requester', { requester: { reply_mode: 'own' } })],
    ['worker', policyOf('worker', {})],
    ['worker, `PUBSUB_DEAD_LETTER_TOPIC=dead_letter`', policyOf('worker', all)],
  ];
  return services.flatMap(([service, statements]) =>
    statements.flatMap(({ Action, Resource }) => {
      const [kind = '', ...name] = (Resource.split(':').at(-1) ?? '').split('/');
      const on = kind === 'cluster' ? 'the cluster' : `${kind} ${name.slice(2).join('/')}`;
      return Action.map((action) => [service, `\`${action}\``, `\`${on}\``]);
    }),
  );
}

test('docs/permissions.md matches the template, and the policies of services', async () => {
  const rows = rightsOf(templateOf({ schedule: 'rate(15 minutes)' })).map(({ role, action, resource }) => [
    role.replace(/Role\w{8}$/, ''),
    action,
    readable(resource),
  ]);
  const page = [
    '# What each function may do',
    '',
    'Written by test/lib/permissions.test.ts from the template of the default stack with a schedule (the last two exist only with a schedule); `npx vitest run test/lib/permissions.test.ts --update` rewrites it.',
    '',
    '| function | action | on |',
    '| --- | --- | --- |',
    ...rows.map((row) => `| ${row.map((cell) => `\`${cell}\``).join(' | ')} |`),
    '',
    '## What a service needs',
    '',
    'A service that uses this library needs these rights, here with the default names of topics and groups. [`easy-pubsub policy`](existing-cluster.md#the-policy-of-your-own-service) prints them as a policy, and `grantPubsub` grants them in CDK.',
    '',
    '| service | action | on |',
    '| --- | --- | --- |',
    ...serviceRows().map((row) => `| ${row.join(' | ')} |`),
    '',
  ].join('\n');
  const file = join(REPOSITORY_ROOT, 'docs', 'permissions.md');
  const formatted = await format(page, { ...(await resolveConfig(file)), parser: 'markdown' });
  await expect(formatted).toMatchFileSnapshot(file);
});
