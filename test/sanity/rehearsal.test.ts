import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { report_schema } from '../../sanity/report.js';
import { embeddedSkip } from '../support/broker-machine.js';
import { isAlive, SanityProcess, temporary } from '../support/sanity-process.js';
import { skipFor } from '../support/skips.js';

const fixtures = join('test', 'local', 'rehearsal', 'template', 'fixtures');

describe('what cannot be rehearsed or judged: exit code 2, and where it stands', () => {
  test('a template whose functions do not take our events: which outputs are missing, and what runs it', async () => {
    const clusterArn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/shared/0a1b2c3d-0000-4000-8000-000000000000-1';
    const parameters = [`ClusterArn=${clusterArn}`, 'Brokers=localhost:19098', 'BrokerGroup=sg-0123456789abcdef0'];
    const end = await SanityProcess.run([
      '--rehearse',
      '--template',
      join(fixtures, 'billing', 'template.yaml'),
      ...parameters.flatMap((one) => ['--parameter', one]),
    ]);
    expect(end).toMatchObject({ exitCode: 2 });
    expect(end.stderr).toMatch(/Outputs: the stack has no output \w+/);
    expect(end.stderr).toContain('easy-pubsub rehearse up --template');
  });

  test('a function in Python', async () => {
    const { env } = await temporary();
    const file = join(env['TMPDIR']!, 'python.template.json');
    const cluster = 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1';
    const statement = { Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: cluster };
    const PolicyDocument = { Version: '2012-10-17', Statement: [statement] };
    const Resources = {
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'p', PolicyDocument }] } },
      Worker: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Runtime: 'python3.12',
          Handler: 'index.handler',
          Code: { ZipFile: 'def handler(event, context): pass' },
        },
      },
    };
    await writeFile(file, JSON.stringify({ Resources }));
    const end = await SanityProcess.run(['--rehearse', '--template', file], env);
    expect(end).toMatchObject({ exitCode: 2 });
    expect(end.stderr).toMatch(/Resources\.Worker\.Properties\.\w+/);
    expect(end.stderr).toMatch(/python3\.12/);
  });
});

describe('the synthesized stack', { timeout: 240_000 }, () => {
  beforeEach(async (context) => skipFor(context, await embeddedSkip()));

  test('frozen between invocations: healthy, every right needed, everything that was added said', async () => {
    const { env, left } = await temporary();
    const end = await SanityProcess.run(['--rehearse', '--freeze', '--json', '--count', '20'], env);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    const report = report_schema.parse(end.report());
    expect(report).toMatchObject({
      verdict: 'healthy',
      target: { kind: 'rehearsal' },
      broker_evidence: { denied: [], never_used: [] },
      rehearsal: { group_initial_rebalance_delay_ms: 3000, frozen_between_invocations: true },
    });
    expect(new Set(report.rehearsal?.additions.map(({ variable }) => variable))).toEqual(
      new Set(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'NODE_EXTRA_CA_CERTS']),
    );
    expect(Object.keys(report.processes).sort()).toEqual(['publisher', 'reply_to', 'worker']);
    for (const pid of Object.values(report.processes).flat()) expect(isAlive(pid)).toBe(false);
    expect(await left()).toEqual([]);
  });
});
