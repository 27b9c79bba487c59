import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadTemplate, readTemplate, removeAction, type StackModel } from '../../../rehearsal/template/index.js';
import { existingCluster, templateOf, variants, type CfnTemplate } from '../../lib/support/synthesize.js';
import { grantsOf, options } from './support/grants.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'easy-pubsub-template-'));
let own: CfnTemplate;
let existing: CfnTemplate;
let existingTopics: CfnTemplate;

beforeAll(() => {
  own = templateOf({});
  existing = templateOf(existingCluster);
  existingTopics = templateOf(variants['existing topics']);
});
afterAll(() => rmSync(FOLDER, { recursive: true }));

/** As in the output of `cdk synth`: the template and, beside it, the list of its assets. */
function read(template: CfnTemplate): StackModel {
  const keys = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
    Type === 'AWS::Lambda::Function' ? [(Properties['Code'] as { S3Key: string }).S3Key] : [],
  );
  writeFileSync(join(FOLDER, 'SanityStack.template.json'), JSON.stringify(template));
  writeFileSync(
    join(FOLDER, 'SanityStack.assets.json'),
    JSON.stringify({
      files: Object.fromEntries(
        keys.map((objectKey) => [
          objectKey,
          { source: { path: `asset.${objectKey.replace('.zip', '')}` }, destinations: { here: { objectKey } } },
        ]),
      ),
    }),
  );
  const loaded = loadTemplate(join(FOLDER, 'SanityStack.template.json'));
  return readTemplate(loaded.template, {
    stackName: loaded.name,
    region: 'eu-west-1',
    account: '111122223333',
    assembly: loaded.assembly,
    bootstrapBrokers: 'localhost:19098,localhost:29098',
  });
}

test('the stack with its own cluster: everything that a rehearsal needs, resolved', () => {
  const stack = read(own);
  const [cluster] = stack.clusters;
  expect(stack.clusters).toHaveLength(1);
  expect(cluster!.arn).toMatch(/^arn:aws:kafka:eu-west-1:111122223333:cluster\/[\w-]+\/[\w-]+-1$/);
  expect(
    stack.topics.map(({ name, arn, partitions, replicationFactor }) => [name, arn, partitions, replicationFactor]),
  ).toEqual(
    ['worker', 'reply_to'].map((name) => [name, `${cluster!.arn.replace(':cluster/', ':topic/')}/${name}`, 3, 2]),
  );
  expect(stack.topics[0]!.configs).toEqual({
    'cleanup.policy': 'delete',
    'retention.ms': '3600000',
    'min.insync.replicas': '1',
    'unclean.leader.election.enable': 'false',
  });
  const [publisher, worker, replyTo] = stack.functions;
  expect(stack.functions).toHaveLength(3);
  expect(worker).toMatchObject({
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    timeoutSeconds: 120,
    memoryMb: 512,
    loggingFormat: 'JSON',
  });
  expect(worker!.environment).toMatchObject({
    PUBSUB_BROKERS: 'localhost:19098,localhost:29098',
    PUBSUB_AUTH: 'msk_iam',
    PUBSUB_WORKER_GROUP: 'SanityStack-worker',
  });
  expect(worker!.code).toMatchObject({
    kind: 'folder',
    path: expect.stringContaining(join(FOLDER, 'asset.')) as unknown,
  });
  for (const { logGroup } of stack.functions) expect(logGroup).toMatch(/^SanityStack-\w+-[0-9A-F]{12}$/);
  const workerRole = stack.roles.find(({ logicalId }) => logicalId === worker!.role);
  expect(
    workerRole!.policies.flatMap(({ statements }) => statements.map(({ actions, resources }) => [actions, resources])),
  ).toEqual([
    [['kafka-cluster:Connect'], [cluster!.arn]],
    [['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'], [stack.topics[0]!.arn]],
    [['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'], [stack.topics[1]!.arn]],
    [
      ['kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup', 'kafka-cluster:DeleteGroup'],
      [`${cluster!.arn.replace(':cluster/', ':group/')}/SanityStack-worker-*`],
    ],
  ]);
  expect(stack.outputs).toMatchObject({
    ClusterArn: cluster!.arn,
    BootstrapBrokers: 'localhost:19098,localhost:29098',
    WorkerTopicName: 'worker',
    PublisherFunctionName: publisher!.name,
    ReplyToFunctionName: replyTo!.name,
    ReplyToLogGroup: replyTo!.logGroup,
    TailWorker: `aws logs tail ${worker!.logGroup} --region eu-west-1 --since 15m --follow`,
  });
  // The function that gets the brokers' addresses when AWS deploys: the only one without rights on Kafka.
  expect(stack.setAside).toEqual([
    {
      path: expect.stringMatching(/^Resources\.AWS679f/) as unknown,
      reason: expect.stringContaining('may do nothing') as unknown,
    },
  ]);
});

test('the functions’ group allows egress to the brokers on one port only', () => {
  const { securityGroups, functions } = read(own);
  const ours = securityGroups.find(({ id }) => id === functions[0]!.securityGroups[0]);
  const brokers = securityGroups.find(({ id }) => id !== ours!.id);
  expect(ours).toMatchObject({
    partly: false,
    ingress: [],
    egress: [{ protocol: 'tcp', fromPort: 9098, toPort: 9098, peer: { kind: 'group', id: brokers!.id } }],
  });
  expect(brokers!.ingress).toMatchObject([
    { protocol: 'tcp', fromPort: 9098, toPort: 9098, peer: { kind: 'group', id: ours!.id } },
  ]);
});

test('the stack with an existing cluster', () => {
  const stack = read(existing);
  expect(stack.clusters).toEqual([
    {
      logicalId: undefined,
      arn: existingCluster.clusterArn,
    },
  ]);
  expect(stack.topics.map(({ name }) => name)).toEqual(['SanityStack.worker', 'SanityStack.reply_to']);
  expect(stack.functions.map(({ environment }) => environment['PUBSUB_BROKERS'])).toEqual(
    Array.from({ length: 3 }, () => existingCluster.bootstrapBrokers),
  );
  expect(stack.functions[0]!.subnets).toEqual(existingCluster.subnetIds.split(','));
  expect(stack.outputs['AddedIngressRule']).toMatch(/^sgr-0[0-9a-f]{16}$/);
});

test('existing topics: the cluster is known from the policies', () => {
  const stack = read(existingTopics);
  expect(stack.topics).toEqual([]);
  expect(stack.clusters.map(({ arn }) => arn)).toEqual([existingCluster.clusterArn]);
});

test('the same template gives the same names, and another place gives others', () => {
  const names = (region: string): Readonly<Record<string, string>> =>
    readTemplate(own, {
      stackName: 'SanityStack',
      region,
      account: '111122223333',
      bootstrapBrokers: 'localhost:1',
      functions: [],
    }).outputs;
  expect(names('eu-west-1')).toEqual(names('eu-west-1'));
  expect(names('eu-west-1')).not.toEqual(names('us-east-1'));
});

test('our own stack: each of its rights can be removed separately, without any other', () => {
  const all = grantsOf(own);
  const perRole = (prefix: string): string[] =>
    all
      .filter(({ role }) => role.startsWith(prefix))
      .map(
        ({ action, kind, resource }) =>
          `${action.replace('kafka-cluster:', '')} ${kind === 'cluster' ? 'cluster' : resource.split('/').at(-1)!}`,
      );
  expect(perRole('WorkerRole')).toEqual([
    'Connect cluster',
    'DescribeTopic worker',
    'ReadData worker',
    'DescribeTopic reply_to',
    'WriteData reply_to',
    'DescribeGroup SanityStack-worker-*',
    'AlterGroup SanityStack-worker-*',
    'DeleteGroup SanityStack-worker-*',
  ]);
  expect(all).toHaveLength(8 + 8 + 6);
  const before = JSON.stringify(own);
  for (const grant of all) {
    const left = grantsOf(removeAction(own, options, grant));
    expect(left).toEqual(expect.arrayContaining(all.filter((other) => other !== grant)));
    expect(left).toHaveLength(all.length - 1);
  }
  expect(JSON.stringify(own)).toBe(before);
  // Without a resource, it is removed from all of them.
  const role = all.find((grant) => grant.role.startsWith('WorkerRole'))!.role;
  const left = grantsOf(removeAction(own, options, { role, action: 'kafka-cluster:DescribeTopic' }));
  expect(all.length - left.length).toBe(2);
});
