import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { build } from 'esbuild';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Rehearsal } from '../../../../local/rehearsal/index.js';
import { Deadline } from '../../../../src/base/deadline.js';
import { config, create_frame, payload_text, worker } from '../../../../src/index.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { skipFor } from '../../../support/skips.js';

const arn = (kind: string, name: string): object => ({
  'Fn::Join': [
    '',
    [
      `arn:aws:kafka:eu-west-1:111122223333:${kind}/`,
      { 'Fn::Select': [1, { 'Fn::Split': [':cluster/', { Ref: 'Cluster' }] }] },
      `/${name}`,
    ],
  ],
});
const allow = (actions: readonly string[], resource: object): object => ({
  Effect: 'Allow',
  Action: actions.map((action) => `kafka-cluster:${action}`),
  Resource: resource,
});
const topic = (name: string): object => ({
  Type: 'AWS::MSK::Topic',
  Properties: { ClusterArn: { Ref: 'Cluster' }, TopicName: name, PartitionCount: 1, ReplicationFactor: 1 },
});
const request = JSON.stringify({
  service: '@aws-sdk/client-kafka',
  action: 'GetBootstrapBrokersCommand',
  parameters: { ClusterArn: 'CLUSTER' },
  physicalResourceId: { id: 'Brokers' },
});
const [requestBegin, requestEnd] = request.split('CLUSTER');
const template = {
  Resources: {
    Cluster: {
      Type: 'AWS::MSK::Cluster',
      Properties: {
        ClusterName: 'kept',
        KafkaVersion: '3.9.x.kraft',
        NumberOfBrokerNodes: 2,
        BrokerNodeGroupInfo: { ClientSubnets: ['subnet-1', 'subnet-2'], InstanceType: 'kafka.m7g.large' },
      },
    },
    Worker: topic('worker'),
    ReplyTo: topic('reply_to'),
    Brokers: {
      Type: 'Custom::AWS',
      Properties: { Create: { 'Fn::Join': ['', [requestBegin, { Ref: 'Cluster' }, requestEnd]] } },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
        },
        Policies: [
          {
            PolicyName: 'kafka',
            PolicyDocument: {
              Statement: [
                allow(['Connect'], { Ref: 'Cluster' }),
                allow(['DescribeTopic', 'WriteData'], arn('topic', 'worker')),
                allow(['DescribeTopic', 'ReadData'], arn('topic', 'reply_to')),
                allow(['DescribeGroup', 'AlterGroup'], arn('group', 'keeper')),
              ],
            },
          },
        ],
      },
    },
    Keeper: {
      Type: 'AWS::Lambda::Function',
      Metadata: { 'aws:asset:path': 'keeps-client', 'aws:asset:property': 'Code' },
      Properties: {
        Code: { S3Bucket: 'assets', S3Key: 'keeps-client.zip' },
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Timeout: 30,
        MemorySize: 256,
        VpcConfig: { SubnetIds: ['subnet-1', 'subnet-2'] },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Environment: {
          Variables: {
            PUBSUB_BROKERS: { 'Fn::GetAtt': ['Brokers', 'BootstrapBrokerStringSaslIam'] },
            PUBSUB_AUTH: 'msk_iam',
            PUBSUB_WORKER_TOPIC: 'worker',
            PUBSUB_REPLY_TO_TOPIC: 'reply_to',
            PUBSUB_REPLY_TO_GROUP: 'keeper',
          },
        },
      },
    },
  },
};

/** More than the client takes for a pause of its own event loop. */
const FROZEN_MS = 12_000;

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

test('a client that a function keeps survives being frozen, with all its connections lost meanwhile', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await build({
    entryPoints: [join(import.meta.dirname, 'support', 'keeps-client-child.ts')],
    outfile: join(folder, 'keeps-client', 'index.js'),
    bundle: true,
    platform: 'node',
    logLevel: 'error',
  });
  const file = join(folder, 'Kept.template.json');
  await writeFile(file, JSON.stringify(template));
  const log: string[] = [];
  await using rehearsal = await Rehearsal.start({
    template: file,
    freeze: true,
    nodes: 1,
    groupInitialRebalanceDelayMs: 0,
    deadline: new Deadline(120_000),
    onProgress: () => undefined,
    onLog: (_model, _one, line) => log.push(line),
  });
  const { kafka, model, url } = rehearsal;
  const settings = config.create({
    connection: { brokers: [...kafka.iam.adminBrokers] },
    topics: { worker: 'worker', reply_to: 'reply_to' },
    groups: { worker: 'workers' },
  });
  const handled: string[] = [];
  await using echo = worker.create(settings, (frame) => {
    handled.push(payload_text(frame) ?? '');
    return create_frame({ payloads: frame.payloads });
  });
  await echo.connect();
  const credentials = { accessKeyId: 'rehearsal', secretAccessKey: 'rehearsal' };
  const lambda = new LambdaClient({ region: model.region, endpoint: url, credentials, maxAttempts: 1 });
  onTestFinished(() => lambda.destroy());
  const ask = async (text: string): Promise<{ reply: string; pid: number }> => {
    const command = new InvokeCommand({ FunctionName: model.functions[0]!.name, Payload: JSON.stringify({ text }) });
    const { Payload, FunctionError } = await lambda.send(command);
    const answer = Buffer.from(Payload!).toString();
    expect(FunctionError, `${answer}\n${log.join('\n')}`).toBeUndefined();
    return JSON.parse(answer) as { reply: string; pid: number };
  };

  const before = await ask('before');
  const logins = kafka.iam.logins();
  await pause(FROZEN_MS);
  const after = await ask('after');
  expect([before.reply, after.reply]).toEqual(['before', 'after']);
  expect(after.pid).toBe(before.pid);
  expect(kafka.iam.logins()).toBeGreaterThan(logins);
  expect(handled).toEqual(['before', 'after']);
});
