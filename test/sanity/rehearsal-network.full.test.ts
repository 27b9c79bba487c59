import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { synthesize } from '../../rehearsal/index.js';
import { reportSchema } from '../../sanity/report/schema.js';
import { Deadline } from '../../src/base/deadline.js';
import { embeddedSkip } from '../support/broker-machine.js';
import { SanityProcess, temporary } from '../support/sanity-process.js';
import { skipFor } from '../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

test('functions that a security group separates from the brokers get no answer, and the missing rule is named', async () => {
  const { env, left } = await temporary();
  const folder = join(env['TMPDIR']!, 'assembly');
  const file = await synthesize({ folder, context: {}, deadline: new Deadline(120_000) });
  const template = JSON.parse(await readFile(file, 'utf8')) as { Resources: Record<string, { Type: string }> };
  const [rule] = Object.entries(template.Resources).find(([, { Type }]) => Type === 'AWS::EC2::SecurityGroupIngress')!;
  const { [rule]: _, ...resources } = template.Resources;
  await writeFile(file, JSON.stringify({ ...template, Resources: resources }));
  const end = await SanityProcess.run(['--rehearse', '--template', file, '--json', '--count', '20'], env);
  expect(end.exitCode, end.stdout + end.stderr).toBe(1);
  expect(reportSchema.parse(end.report())).toMatchObject({ verdict: 'unhealthy', target: { kind: 'rehearsal' } });
  expect(end.check('network')).toMatchObject({
    outcome: 'fail',
    code: 'stack_network',
    evidence: expect.stringMatching(
      /^publisher, worker, reply_to: no ingress rule of \S*Broker\S* lets \S*Function\S* in to tcp\/9098$/,
    ) as string,
  });
  // What the function itself can see, here as in AWS.
  expect(end.check('broker_reachable')).toMatchObject({ outcome: 'fail', code: 'connection_timeout' });
  expect(await left()).toEqual(['assembly']);
});
