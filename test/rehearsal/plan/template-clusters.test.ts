import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planRehearsal, type Plan } from '../../../rehearsal/plan/plan.js';
import type { GivenOptions } from '../../../rehearsal/index.js';
import { decideForRole } from '../../../rehearsal/policy/index.js';
import { pubsub_error } from '../../../src/base/error.js';

const PLACE = 'arn:aws:kafka:eu-west-1:111122223333';
const MINE = `${PLACE}:cluster/mine/11111111-1111-4111-8111-111111111111-1`;
const THEIRS = `${PLACE}:cluster/theirs/22222222-2222-4222-8222-222222222222-2`;

const cluster = (name: string) => ({
  Type: 'AWS::MSK::Cluster',
  Properties: { ClusterName: name, ClientAuthentication: { Sasl: { Iam: { Enabled: true } } } },
});
const topic = (arn: unknown) => ({
  Type: 'AWS::MSK::Topic',
  Properties: { ClusterArn: arn, TopicName: 'orders', PartitionCount: 1, ReplicationFactor: 2 },
});
const statement = (resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action: 'kafka-cluster:*',
  Resource: resource,
  ...more,
});
const role = (...statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: statements } }] },
});
const lambda = (roleName: string, more: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Role: { 'Fn::GetAtt': [roleName, 'Arn'] },
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Code: { ZipFile: '' },
    ...more,
  },
});
const variables = (brokers: unknown) => ({ Environment: { Variables: { BROKERS: brokers } } });
const mapping = (name: string, arn: unknown) => ({
  Type: 'AWS::Lambda::EventSourceMapping',
  Properties: { FunctionName: { Ref: name }, EventSourceArn: arn, Topics: ['t'] },
});
const A = { 'Fn::GetAtt': ['A', 'Arn'] };
const B = { 'Fn::GetAtt': ['B', 'Arn'] };
const two = { A: cluster('shop'), B: cluster('orders') };
const boot = {
  Type: 'Custom::AWS',
  Properties: { Create: '{"service":"Kafka","action":"getBootstrapBrokers","parameters":{}}' },
};
const BROKERS = { 'Fn::GetAtt': ['Boot', 'BootstrapBrokerStringSaslIam'] };
const broker = (name: string): string => `b-1.${name}.x1y2z3.c4.kafka.eu-west-1.amazonaws.com:9098`;

const tagged = (env: string) => {
  const { Type, Properties } = cluster('orders');
  return { Type, Properties: { ...Properties, Tags: { env } } };
};
const ofTag = { Condition: { StringEquals: { 'aws:ResourceTag/env': 'dev' } } };
const ofVpc = { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } };

function plan(resources: object, options: GivenOptions = {}): Plan {
  const folder = mkdtempSync(join(tmpdir(), 'template-clusters-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'Orders.template.json');
  writeFileSync(file, JSON.stringify({ Resources: resources }));
  return planRehearsal(file, options);
}
const nameIn = ({ rights }: Plan): string => rights.clusterArn.split('/')[1]!;
const notes = ({ rights }: Plan): string[] => rights.remarks.map(({ path, sentence }) => `${path} ${sentence}`);

test.each<[string, object, string]>([
  ['the only one on which the role has rights', { ...two, R: role(statement(A)), F: lambda('R') }, 'shop'],
  ['the other one', { ...two, R: role(statement(B)), F: lambda('R') }, 'orders'],
  ['by an exclusion', { ...two, R: role(statement(undefined, { NotResource: A })), F: lambda('R') }, 'orders'],
  ['by a pattern', { ...two, R: role(statement(`${PLACE}:*/ord*/*`)), F: lambda('R') }, 'orders'],
  [
    'that of the topics, if the policies allow both',
    { ...two, T: topic(B), R: role(statement('*')), F: lambda('R') },
    'orders',
  ],
  [
    'that of the topics, if the functions may have the brokers of both',
    { ...two, Boot: boot, T: topic(B), R: role(statement('*')), F: lambda('R', variables(BROKERS)) },
    'orders',
  ],
  [
    'the one whose brokers a function has, if the policies allow both',
    { ...two, R: role(statement('*')), F: lambda('R', variables(broker('shop'))) },
    'shop',
  ],
  [
    'not one of a mapping of a function that does not run',
    {
      P: lambda('R', { Runtime: 'python3.13' }),
      M: mapping('P', THEIRS),
      R: role(statement(`${PLACE}:*/mine/*`)),
      F: lambda('R'),
    },
    'mine',
  ],
  [
    'not one of a mapping, if the policies are about another one',
    { M: mapping('F', THEIRS), R: role(statement(`${PLACE}:*/mine/*`)), F: lambda('R') },
    'mine',
  ],
  [
    'an existing one, if the policies are about it and the functions have its brokers',
    {
      A: cluster('shop'),
      R: role(statement([MINE, `${PLACE}:topic/mine/*`])),
      F: lambda('R', variables(broker('mine'))),
    },
    'mine',
  ],
  [
    'the template’s, if its policy allows what the role’s does not',
    {
      A: cluster('shop'),
      C: {
        Type: 'AWS::MSK::ClusterPolicy',
        Properties: {
          ClusterArn: A,
          Policy: { Version: '2012-10-17', Statement: { ...statement('*'), Principal: '*' } },
        },
      },
      R: role(statement(MINE)),
      F: lambda('R'),
    },
    'shop',
  ],
  [
    'the template’s rather than that of a mapping, if the role may use both',
    { A: cluster('shop'), M: mapping('F', THEIRS), R: role(statement([A, THEIRS])), F: lambda('R') },
    'shop',
  ],
  [
    'of functions that run, whatever other roles may do',
    { ...two, R: role(statement(A)), S: role(statement(B)), F: lambda('R'), G: lambda('S', { Runtime: 'python3.13' }) },
    'shop',
  ],
])('the cluster is %s', (_, resources, expected) => {
  expect(nameIn(plan(resources))).toBe(expected);
});

test('a note says that the policies chose a cluster other than the template’s', () => {
  const other = { A: cluster('shop'), R: role(statement(MINE)), F: lambda('R') };
  const [note, ...more] = notes(plan(other)).filter((one) => one.startsWith('the cluster '));
  expect(note).toMatch(
    /^the cluster is \S+:cluster\/mine\/\S+, because the policies allow nothing on \S+:cluster\/shop\/\S+; --cluster-arn sets another one$/,
  );
  expect(more).toEqual([]);
  expect(notes(plan(other, { clusterArn: MINE })).join()).not.toContain('because the policies');
  expect(notes(plan({ ...other, R: role(statement('*')) })).join()).not.toContain('because the policies');
});

test.each<[string, object]>([
  ['its topics', { T: topic(A), F: lambda('R') }],
  ['its brokers', { Boot: boot, F: lambda('R', variables(BROKERS)) }],
  ['its ARN', { F: lambda('R', variables(A)) }],
  ['a mapping of a function that runs', { M: mapping('F', A), F: lambda('R') }],
])('a cluster that the functions use stays, and denies what AWS denies: the template has %s', (_, resources) => {
  const found = plan({ A: cluster('shop'), R: role(statement(MINE)), ...resources });
  expect(nameIn(found)).toBe('shop');
  expect(notes(found).join()).toContain('is about a cluster other than');
});

test.each<[string, object, string[]]>([
  ['the role may use both', { ...two, R: role(statement('*')), F: lambda('R') }, ['shop', 'orders']],
  [
    'the role of each function may use another one',
    { ...two, R: role(statement(A)), S: role(statement(B)), F: lambda('R'), G: lambda('S') },
    ['shop', 'orders'],
  ],
  [
    'the same, with a topic in one of them',
    { ...two, T: topic(A), R: role(statement(A)), S: role(statement(B)), F: lambda('R'), G: lambda('S') },
    ['shop', 'orders'],
  ],
  [
    'the functions use one, and their role may use the other one',
    { ...two, R: role(statement(B)), F: lambda('R', variables(broker('shop'))) },
    ['shop', 'orders'],
  ],
  [
    'two mappings',
    { R: role(statement('*')), F: lambda('R'), M: mapping('F', THEIRS), N: mapping('F', MINE) },
    ['theirs', 'mine'],
  ],
])('the user must choose: %s', (_, resources, names) => {
  let refused: unknown;
  try {
    plan(resources);
  } catch (error) {
    refused = error;
  }
  expect(pubsub_error.is(refused) && refused.raw_message).toContain('the template uses 2 clusters');
  const { hint = '' } = refused as pubsub_error;
  expect(Array.from(hint.matchAll(/--cluster-arn \S+:cluster\/(\w+)\/\S+/g), ([, name]) => name)).toEqual(names);
  for (const [arn] of hint.matchAll(/arn:\S+/g)) {
    expect(plan(resources, { clusterArn: arn }).rights.clusterArn).toBe(arn);
  }
});

test.each<[string, object, GivenOptions, string[]]>([
  ['two clusters of the template', two, {}, ['the template uses 2 clusters']],
  ['two clusters of the policies', {}, {}, ['the policies name several clusters']],
  [
    'a broken policy of the organization',
    { A: cluster('shop') },
    { scps: [{ path: 'scp.json', text: '{' }] },
    ['scp.json is not JSON'],
  ],
])('an open condition key is in the same message: %s', (_, resources, options, sentences) => {
  const Condition = { StringEquals: { 'aws:SourceVpc': 'vpc-1' } };
  const statements =
    'A' in resources
      ? [statement('*', { Condition })]
      : [statement(MINE, { Condition }), statement(THEIRS, { Condition })];
  expect(() => plan({ ...resources, R: role(...statements), F: lambda('R') }, options)).toThrow(
    expect.objectContaining({
      details: expect.objectContaining({
        refusals: [...sentences, 'aws:SourceVpc ('].map((one) => expect.stringContaining(one) as unknown),
      }) as unknown,
    }) as Error,
  );
});

test.each<[string, object, object[], boolean]>([
  ['a tag of one, which the other has', { ...two, B: tagged('prod') }, [statement('*', ofTag)], false],
  ['a tag of both', two, [statement('*', ofTag)], false],
  ['a key that one does not need', {}, [statement(MINE, ofVpc), statement(THEIRS)], false],
  ['a key that each needs, in statements of their own', {}, [statement(MINE, ofVpc), statement(THEIRS, ofVpc)], true],
])('while the cluster is open, only what each needs is asked for: %s', (_, resources, statements, asks) => {
  let refused: unknown;
  try {
    plan({ ...resources, R: role(...statements), F: lambda('R') });
  } catch (error) {
    refused = error;
  }
  const { details } = refused as pubsub_error;
  const { asks: asked = [] } = details as { asks?: string[] };
  expect(asked.some((one) => one.startsWith('--cluster-arn'))).toBe(true);
  expect(asked.some((one) => one.startsWith('--answer'))).toBe(asks);
});

test('the tag of a cluster is asked for when that cluster is chosen', () => {
  const resources = { ...two, B: tagged('prod'), R: role(statement('*', ofTag)), F: lambda('R') };
  const arnOf = (name: string): string => {
    try {
      plan(resources);
    } catch (error) {
      return new RegExp(`arn:\\S+:cluster/${name}/\\S+`).exec((error as pubsub_error).hint ?? '')?.[0] ?? '';
    }
    return '';
  };
  expect(() => plan(resources, { clusterArn: arnOf('shop') })).toThrow('aws:ResourceTag/env');
  const chosen = plan(resources, { clusterArn: arnOf('orders') });
  expect(decideForRole(chosen.rights.roles.get('R')!, 'kafka-cluster:Connect', arnOf('orders'))).toBe('denied');
});

test.each<[string, object, boolean]>([
  ['the only function may use both', { R: role(statement('*')), F: lambda('R') }, false],
  ['each function may use both', { R: role(statement('*')), F: lambda('R'), G: lambda('R') }, false],
  [
    'one of two functions uses one',
    { R: role(statement('*')), S: role(statement(B)), F: lambda('R'), G: lambda('S') },
    true,
  ],
])('--function is offered if it decides: %s', (_, resources, isOffered) => {
  let refused: unknown;
  try {
    plan({ ...two, ...resources });
  } catch (error) {
    refused = error;
  }
  expect((refused as pubsub_error).hint?.includes('--function')).toBe(isOffered);
});

test('of two functions with a cluster each, --function chooses one', () => {
  const each = { ...two, R: role(statement(A)), S: role(statement(B)), F: lambda('R'), G: lambda('S') };
  expect(nameIn(plan(each, { functions: ['F'] }))).toBe('shop');
  expect(nameIn(plan(each, { functions: ['G'] }))).toBe('orders');
});

test.each<[string, object[]]>([
  ['no statement', []],
  ['a Deny only', [statement('*', { Effect: 'Deny' })]],
])('a role that may do nothing anywhere leaves the template’s cluster: %s', (_, statements) => {
  const found = plan(
    { A: cluster('shop'), R: role(...statements, { Effect: 'Allow', Action: 's3:*', Resource: '*' }), F: lambda('R') },
    { functions: ['F'] },
  );
  expect(nameIn(found)).toBe('shop');
  expect(notes(found).join()).toContain('so its role may do nothing here');
});
