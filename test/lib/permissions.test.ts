import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import { REPOSITORY_ROOT } from '../../lib/function-bundle.js';
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

test('docs/permissions.md matches the template', async () => {
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
  ].join('\n');
  const file = join(REPOSITORY_ROOT, 'docs', 'permissions.md');
  const formatted = await format(page, { ...(await resolveConfig(file)), parser: 'markdown' });
  await expect(formatted).toMatchFileSnapshot(file);
});
