import { build } from 'esbuild';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { embeddedSkip } from '../support/broker-machine.js';
import { RehearseProcess } from '../support/rehearse-process.js';
import { invoke, useEnvironment } from '../support/sdk-clients.js';
import { skipFor } from '../support/skips.js';

beforeEach(async (context) => skipFor(context, await embeddedSkip()));
afterEach(() => void vi.unstubAllEnvs());

const here = (what: string): string => `arn:aws:kafka:eu-west-1:111122223333:${what}`;

/** Somebody's template: functions that send to `orders`, each with a role that may do this. */
async function senders(rights: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'senders-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await build({
    entryPoints: [join('test', 'support', 'publishes-child.ts')],
    outfile: join(folder, 'code', 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
  const ClusterArn = { Ref: 'Cluster' };
  const request = JSON.stringify({
    service: '@aws-sdk/client-kafka',
    action: 'GetBootstrapBrokersCommand',
    parameters: { ClusterArn: 'CLUSTER' },
    physicalResourceId: { id: 'Brokers' },
  });
  const [begin, end] = request.split('CLUSTER');
  const Resources: Record<string, unknown> = {
    Cluster: { Type: 'AWS::MSK::Cluster', Properties: { ClusterName: 'demo' } },
    Brokers: { Type: 'Custom::AWS', Properties: { Create: { 'Fn::Join': ['', [begin, { Ref: 'Cluster' }, end]] } } },
    Orders: {
      Type: 'AWS::MSK::Topic',
      Properties: { ClusterArn, TopicName: 'orders', PartitionCount: 1, ReplicationFactor: 2 },
    },
  };
  for (const [name, granted] of Object.entries(rights)) {
    const Statement = Object.entries(granted).map(([action, Resource]) => ({
      Effect: 'Allow',
      Action: `kafka-cluster:${action}`,
      Resource,
    }));
    Resources[`${name}Role`] = {
      Type: 'AWS::IAM::Role',
      Properties: { Policies: [{ PolicyName: 'kafka', PolicyDocument: { Statement } }] },
    };
    Resources[name] = {
      Type: 'AWS::Lambda::Function',
      Metadata: { 'aws:asset:path': 'code', 'aws:asset:property': 'Code' },
      Properties: {
        FunctionName: name,
        Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] },
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { S3Bucket: 'assets', S3Key: 'code.zip' },
        Timeout: 30,
        MemorySize: 256,
        VpcConfig: { SubnetIds: ['subnet-1'] },
        Environment: {
          Variables: {
            PUBSUB_BROKERS: { 'Fn::GetAtt': ['Brokers', 'BootstrapBrokerStringSaslIam'] },
            PUBSUB_AUTH: 'msk_iam',
            PUBSUB_WORKER_TOPIC: 'orders',
          },
        },
      },
    };
  }
  await writeFile(join(folder, 'Orders.template.json'), JSON.stringify({ Resources }));
  return join(folder, 'Orders.template.json');
}

test('why something was refused: which role lacks which right on what, and who may not log in', async () => {
  const connect = { Connect: here('cluster/*') };
  const describe = { DescribeTopic: here('topic/*') };
  const template = await senders({
    May: { ...connect, ...describe, WriteData: here('topic/*/orders') },
    MayNotWrite: { ...connect, ...describe, WriteData: here('topic/*/invoices') },
    MayNotConnect: { ...describe, WriteData: here('topic/*/orders') },
  });
  const rehearsal = await RehearseProcess.up('--template', template);
  useEnvironment(await rehearsal.pasted());

  expect(await invoke('May', '{}')).toEqual({ result: 'sent', failed: false });
  expect(await invoke('MayNotWrite', '{}')).toEqual({ result: 'not_authorized', failed: false });
  await rehearsal.says('denied: role MayNotWriteRole: kafka-cluster:WriteData on topic orders (Produce)');
  await invoke('MayNotConnect', '{}');
  await rehearsal.says('refused: role MayNotConnectRole: ');
  await rehearsal.ctrlC();
  const { stderr } = await rehearsal.exit;
  const told = stderr.split('\n').filter((line) => /^(denied|refused)/.test(line));
  expect(told.filter((line) => !/MayNot(Write|Connect)Role/.test(line))).toEqual([]);
  expect(new Set(told.map((line) => line.replace(/, \d+ times.*$/, ''))).size).toBe(2);
});
