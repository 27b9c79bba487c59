import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { synthesize } from '../../rehearsal/index.js';
import { reportSchema } from '../../sanity/report/schema.js';
import { Deadline } from '../../src/base/deadline.js';
import { embeddedSkip } from '../support/broker-machine.js';
import { isAlive, SanityProcess, temporary } from '../support/sanity-process.js';
import { skipFor } from '../support/skips.js';

describe('the synthesized stack', { timeout: 240_000 }, () => {
  beforeEach(async (context) => skipFor(context, await embeddedSkip()));

  test('is healthy with functions that are frozen between invocations, needs every right, and all additions are reported', async () => {
    const { env, left } = await temporary();
    const end = await SanityProcess.run(['--rehearse', '--freeze', '--json', '--count', '20'], env);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    const report = reportSchema.parse(end.report());
    expect(report).toMatchObject({
      verdict: 'healthy',
      target: { kind: 'rehearsal' },
      broker_evidence: { denied: [], never_used: [] },
      rehearsal: {
        place: { region: 'eu-west-1', taken_from: { region: 'default', account: 'default' } },
        group_initial_rebalance_delay_ms: 3000,
        frozen_between_invocations: true,
      },
    });
    expect(new Set(report.rehearsal?.additions.map(({ variable }) => variable))).toEqual(
      new Set([
        'AWS_ACCESS_KEY_ID',
        'AWS_SECRET_ACCESS_KEY',
        'AWS_SESSION_TOKEN',
        'NODE_EXTRA_CA_CERTS',
        'PUBSUB_RETRY_DENIED_MS',
      ]),
    );
    expect(Object.keys(report.processes).sort()).toEqual(['publisher', 'reply_to', 'worker']);
    for (const pid of Object.values(report.processes).flat()) expect(isAlive(pid)).toBe(false);
    expect(await left()).toEqual([]);
  });

  test('with a right that is not needed, the report says that it is granted but never used', async () => {
    const { env } = await temporary();
    const folder = join(env['TMPDIR']!, 'assembly');
    const file = await synthesize({ folder, context: {}, deadline: new Deadline(120_000) });
    const template = JSON.parse(await readFile(file, 'utf8')) as Template;
    const [, role] = Object.entries(template.Resources).find(([id]) => id.startsWith('WorkerRole'))!;
    const statements = role.Properties.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    const reads = statements.find(({ Action }) => [Action].flat().includes('kafka-cluster:ReadData'))!;
    // It reads this topic, and never writes to it.
    role.Properties.Policies[0]!.PolicyDocument.Statement.push({ ...reads, Action: 'kafka-cluster:WriteData' });
    await writeFile(file, JSON.stringify(template));
    const end = await SanityProcess.run(['--rehearse', '--template', file, '--json', '--count', '20'], env);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(end.check('least_privilege')).toMatchObject({
      outcome: 'warn',
      evidence: expect.stringMatching(/granted but never used: kafka-cluster:WriteData on worker/) as string,
    });
    expect(end.report().broker_evidence?.never_used).toEqual([
      expect.objectContaining({ action: 'kafka-cluster:WriteData', resource: 'worker' }),
    ]);
  });
});

interface Statement {
  Action: string | string[];
}

interface Template {
  Resources: Record<string, { Properties: { Policies: { PolicyDocument: { Statement: Statement[] } }[] } }>;
}
