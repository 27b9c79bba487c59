import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { planRehearsal, type Plan } from '../../../rehearsal/plan/plan.js';
import { reachOf } from '../../../rehearsal/plan/reach.js';
import type { GivenOptions } from '../../../rehearsal/index.js';

function plan(statement: object, options: GivenOptions = {}, more: object = {}, ofRole: object = {}): Plan {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsed-cluster-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const Statement = [{ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*', ...statement }];
  const policy = { PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement } };
  const Properties = {
    Role: { 'Fn::GetAtt': ['R', 'Arn'] },
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: '' },
    ...more,
  };
  const Resources = {
    F: { Type: 'AWS::Lambda::Function', Properties },
    R: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy], ...ofRole } },
    Boot: {
      Type: 'Custom::Brokers',
      Properties: {
        Create: {
          'Fn::Join': [
            '',
            [
              '{"service":"@aws-sdk/client-kafka","action":"GetBootstrapBrokersCommand","parameters":{"ClusterArn":"',
              { 'Fn::ImportValue': 'cluster' },
              '"}}',
            ],
          ],
        },
      },
    },
    G: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { SecurityGroupEgress: [{ IpProtocol: 'tcp', FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' }] },
    },
    Other: { Type: 'Custom::AWS', Properties: { Create: '{"service":"S3","action":"listBuckets"}' } },
  };
  const file = join(folder, 'Orders.template.json');
  writeFileSync(file, JSON.stringify({ Resources }));
  return planRehearsal(file, options);
}

const ofCluster = ({ rights }: Plan): string[] =>
  rights.remarks.filter(({ path }) => path === 'the cluster').map(({ sentence }) => sentence);

describe('a part from an option is not reported as made up', () => {
  test.each<[GivenOptions, string]>([
    [{}, 'its region, account, name, uuid are made up'],
    [{ region: 'eu-west-1' }, 'its account, name, uuid are made up'],
    [{ account: '111122223333' }, 'its region, name, uuid are made up'],
    [{ region: 'us-east-1', account: '999999999999' }, 'its name, uuid are made up'],
  ])('%j', (options, sentence) => {
    expect(ofCluster(plan({}, options))).toEqual([expect.stringContaining(sentence) as string]);
  });

  test.each([
    ['b-1.prod.x1y2z3.c4', 9098, 'prod'],
    ['b-1-public.prod.x1y2z3.c4', 9198, 'prod'],
    ['b-1.iam.prod.x1y2z3.c4', 14_001, 'prod'],
    ['b-1.iam.x1y2z3.c4', 9098, 'iam'],
  ])('nor is a part from the addresses of brokers: %s', (host, port, name) => {
    const brokers = `${host}.kafka.us-east-1.amazonaws.com:${port}`;
    const found = plan({}, {}, { Environment: { Variables: { BROKERS: brokers } } });
    expect(ofCluster(found)).toEqual([expect.stringContaining('its account, uuid are made up') as string]);
    expect(found.rights.clusterArn).toContain(`:cluster/${name}/`);
  });
});

describe('conditions on the region and the account', () => {
  const Condition = { StringEquals: { 'aws:RequestedRegion': 'us-west-2', 'aws:ResourceAccount': '222222222222' } };

  test('determine the place of the stack and its cluster if nothing else does', () => {
    const { place, rights } = plan({ Condition });
    expect(place).toMatchObject({ region: 'us-west-2', account: '222222222222' });
    expect(rights.clusterArn).toMatch(/^arn:aws:kafka:us-west-2:222222222222:/);
    expect(rights.remarks.filter(({ path }) => path.includes('Condition'))).toEqual([]);
  });

  test('do not override an option: a note says that they do not hold', () => {
    const { rights } = plan({ Condition }, { region: 'ap-south-1' });
    expect(rights.clusterArn).toMatch(/^arn:aws:kafka:ap-south-1:222222222222:/);
    expect(rights.remarks.filter(({ path }) => path.includes('Condition'))).toEqual([
      {
        path: expect.stringMatching(/Condition\.StringEquals\.aws:RequestedRegion$/) as unknown,
        sentence:
          'does not hold for the cluster, which is in ap-south-1 and account 222222222222: the statement allows nothing here',
      },
    ]);
  });
});

test('a custom resource that returns the brokers is not listed as not modelled, whatever its type and its cluster are', () => {
  const { model } = plan(
    {},
    {},
    { Environment: { Variables: { BOOT: { 'Fn::GetAtt': ['Boot', 'BootstrapBrokerStringSaslIam'] } } } },
  );
  expect(model.functions[0]!.environment['BOOT']).toMatch(/^broker-1\.rehearsal\.invalid:\d+,/);
  expect(model.notModelled).toEqual([
    { path: 'Resources', reason: 'not modelled: Custom::AWS (Other): only their names and ARNs are known' },
  ]);
});

describe('a cluster that a variable names', () => {
  const arn = (rest: string): string => `arn:aws:kafka:eu-west-1:111122223333:${rest}`;
  const tags = { Tags: [{ Key: 'cluster', Value: 'shop' }] };
  const answers = (...given: string[]): GivenOptions => ({ answers: new Answers(given) });

  test.each<[string, string, GivenOptions, object, string]>([
    ['a tag of the role', 'cluster/${aws:PrincipalTag/cluster}/*', {}, tags, 'shop'],
    ['a part of the name', 'cluster/${aws:PrincipalTag/cluster}-eu/*', {}, tags, 'shop-eu'],
    ['an answer', 'cluster/${aws:PrincipalTag/cluster}/*', answers('aws:PrincipalTag/cluster=mine'), tags, 'mine'],
    ['a default', "cluster/${aws:PrincipalTag/cluster, 'own'}/*", answers('aws:PrincipalTag/cluster='), {}, 'own'],
    ['a topic’s ARN', 'topic/${aws:PrincipalTag/cluster}/0a1b/orders', {}, tags, 'shop'],
  ])('is the one with the value: %s', (_, resource, options, ofRole, name) => {
    const { model, rights } = plan({ Resource: arn(resource) }, options, {}, ofRole);
    expect(model.clusters).toEqual([]);
    expect(rights.clusterArn).toMatch(new RegExp(`^arn:aws:kafka:eu-west-1:111122223333:cluster/${name}/`));
  });

  test('is any cluster, if the value is unknown: it is asked for', () => {
    for (const resource of ['cluster/${aws:PrincipalTag/cluster}/*', 'topic/${aws:PrincipalTag/cluster}/0a1b/orders']) {
      expect(() => plan({ Resource: arn(resource) })).toThrow(
        /^\[template_refused\] [^;]*aws:PrincipalTag\/cluster \(/,
      );
    }
  });

  test('is none, in the value of a function’s variable', () => {
    const variables = { POLICY: JSON.stringify({ Resource: arn('cluster/${aws:PrincipalTag/cluster}/*') }) };
    const { clusterArn } = plan({}, {}, { Environment: { Variables: variables } }).rights;
    expect(clusterArn).toContain(':cluster/demo/');
  });

  test('is not a cluster with a wildcard in its name', () => {
    const { clusterArn } = plan(
      { Resource: arn('cluster/${aws:PrincipalTag/cluster}/*') },
      answers('aws:PrincipalTag/cluster=s*'),
    ).rights;
    expect(clusterArn).toContain(':cluster/demo/');
  });

  test('without a value is none: the other resources decide', () => {
    const resource = [arn('cluster/${aws:PrincipalTag/cluster}/*'), arn('cluster/shop/0a1b')];
    const { clusterArn } = plan({ Resource: resource }, answers('aws:PrincipalTag/cluster=')).rights;
    expect(clusterArn).toBe(arn('cluster/shop/0a1b'));
  });
});

test.each([
  ['BootstrapBrokerStringSaslIam', 9098],
  ['BootstrapBrokerStringSaslIamIpv6', 9098],
  ['BootstrapBrokerStringPublicSaslIam', 9198],
  ['BootstrapBrokerStringVpcConnectivitySaslIam', 14_001],
])('a function that gets %s must reach port %i', (name, port) => {
  const vpc = { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: [{ Ref: 'G' }] };
  const boot = { 'Fn::GetAtt': ['Boot', name] };
  const { model } = plan({}, {}, { Environment: { Variables: { BOOT: boot } }, VpcConfig: vpc });
  const [one] = model.functions;
  expect(reachOf(one!, { logicalId: undefined }, model.securityGroups)).toMatchObject({
    may: 'no',
    why: `no egress rule of G leads to tcp/${port}`,
  });
});
