import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { embeddedSkip } from '../support/broker-machine.js';
import { RehearseProcess } from '../support/rehearse-process.js';
import { invoke, useEnvironment, whoAmI } from '../support/sdk-clients.js';
import { skipFor } from '../support/skips.js';

afterEach(() => void vi.unstubAllEnvs());

/** As CDK makes it of an app with `env: {region: 'us-west-2', account: '123456789012'}` and `stack.formatArn(…)`. */
async function cdkApp(environment: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'place-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const arn = (rest: string): unknown => ({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:kafka:us-west-2:123456789012:${rest}`]],
  });
  const statement = (action: string, resource: unknown): unknown => ({
    Effect: 'Allow',
    Action: `kafka-cluster:${action}`,
    Resource: resource,
  });
  const Statement = [statement('Connect', arn('cluster/demo/*')), statement('WriteData', arn('topic/demo/*/orders'))];
  const ClusterArn = { 'Fn::GetAtt': ['Cluster', 'Arn'] };
  const Resources = {
    Cluster: {
      Type: 'AWS::MSK::Cluster',
      Properties: { ClusterName: 'demo', ClientAuthentication: { Sasl: { Iam: { Enabled: true } } } },
    },
    Orders: {
      Type: 'AWS::MSK::Topic',
      Properties: { ClusterArn, TopicName: 'orders', PartitionCount: 1, ReplicationFactor: 2 },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyName: 'kafka', PolicyDocument: { Statement } }] },
    },
    Where: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'where',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: {
          ZipFile:
            'exports.handler = async (_, { invokedFunctionArn }) => [process.env.AWS_REGION, invokedFunctionArn]',
        },
      },
    },
  };
  const properties = { templateFile: 'OrdersStack.template.json' };
  const artifacts = { OrdersStack: { type: 'aws:cloudformation:stack', environment, properties } };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify({ version: '48.0.0', artifacts }));
  await writeFile(join(folder, properties.templateFile), JSON.stringify({ Resources }));
  return join(folder, properties.templateFile);
}

test('ARNs, exports and variables have the region and the account of the app', async (context) => {
  skipFor(context, await embeddedSkip());
  const rehearsal = await RehearseProcess.up('--template', await cdkApp('aws://123456789012/us-west-2'));
  expect(rehearsal.stdout).toMatch(/place +us-west-2 and account 123456789012 \(from manifest\.json\)/);
  // Its function is in no VPC.
  expect(rehearsal.stdout).toMatch(/network +where gets no answer from any broker: is outside of the VPC/);
  const env = await rehearsal.pasted();
  expect(env).toMatchObject({ AWS_REGION: 'us-west-2', AWS_DEFAULT_REGION: 'us-west-2' });
  useEnvironment(env);
  expect(await whoAmI()).toMatchObject({ Account: '123456789012' });
  const { result } = await invoke('where', '{}');
  expect(result).toEqual(['us-west-2', 'arn:aws:lambda:us-west-2:123456789012:function:where']);
  await rehearsal.ctrlC();
});
