import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SanityProcess, temporary } from '../support/sanity-process.js';

const FIXTURES = join('test', 'rehearsal', 'template', 'fixtures');

describe('a template that cannot be rehearsed: exit code 2, and the place in the template', () => {
  test('functions that do not accept our events: the missing outputs, and the command that runs the template', async () => {
    const clusterArn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/shared/0a1b2c3d-0000-4000-8000-000000000000-1';
    const parameters = [`ClusterArn=${clusterArn}`, 'Brokers=localhost:19098', 'BrokerGroup=sg-0123456789abcdef0'];
    const end = await SanityProcess.run([
      '--rehearse',
      '--template',
      join(FIXTURES, 'billing', 'template.yaml'),
      ...parameters.flatMap((one) => ['--parameter', one]),
    ]);
    expect(end).toMatchObject({ exitCode: 2 });
    expect(end.stderr).toMatch(/Outputs: the stack has no outputs \w+/);
    expect(end.stderr).toContain('npm run easy-pubsub -- rehearse up --template');
  });

  test('a function in Python', async () => {
    const { env } = await temporary();
    const file = join(env['TMPDIR']!, 'python.template.json');
    const cluster = 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1';
    const statement = { Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: cluster };
    const policyDocument = { Version: '2012-10-17', Statement: [statement] };
    const resources = {
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: policyDocument }] } },
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
    await writeFile(file, JSON.stringify({ Resources: resources }));
    const end = await SanityProcess.run(['--rehearse', '--template', file], env);
    expect(end).toMatchObject({ exitCode: 2 });
    expect(end.stderr).toMatch(/Resources\.Worker\.Properties\.\w+/);
    expect(end.stderr).toMatch(/python3\.12/);
  });
});
