import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planRehearsal, type Plan } from '../../../rehearsal/plan/plan.js';
import { functionResource } from '../template/support/function-resource.js';

type Statement = Record<string, unknown>;
const either = (whenTrue: unknown, whenFalse: unknown, condition = 'A') => ({
  'Fn::If': [condition, whenTrue, whenFalse],
});
const absent = { Ref: 'AWS::NoValue' };
const topic = (name: string): string => `arn:aws:kafka:*:*:topic/*/*/${name}`;
const allow = (resource: unknown, more: Statement = {}): Statement => ({
  Effect: 'Allow',
  Action: 'kafka-cluster:ReadData',
  Resource: resource,
  ...more,
});
const everything = allow('*', { Action: 'kafka-cluster:*' });

interface Parts {
  readonly statements?: readonly unknown[];
  readonly role?: object;
  readonly of?: object;
  readonly resources?: object;
}

/** A template whose conditions A to D depend on parameters without values. */
function planned({ statements = [everything], role = {}, of = {}, resources = {} }: Parts): Plan {
  const folder = mkdtempSync(join(tmpdir(), 'either-way-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const names = ['A', 'B', 'C', 'D'];
  const document = { Version: '2012-10-17', Statement: statements };
  const template = {
    Parameters: Object.fromEntries(names.map((name) => [`P${name}`, { Type: 'String' }])),
    Conditions: Object.fromEntries(names.map((name) => [name, { 'Fn::Equals': [{ Ref: `P${name}` }, 'x'] }])),
    Resources: {
      R: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: document }], ...role } },
      F: functionResource('R', of),
      ...resources,
    },
  };
  const file = join(folder, 'Orders.template.json');
  writeFileSync(file, JSON.stringify(template));
  return planRehearsal(file, {});
}

const orders = {
  Type: 'AWS::MSK::Topic',
  Properties: {
    ClusterArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b',
    TopicName: 'orders',
    PartitionCount: 1,
    ReplicationFactor: 2,
  },
};

test.each<[string, Parts]>([
  ['the same value', { statements: [allow(either(topic('a'), topic('a')))] }],
  ['the same statement, written differently', { statements: [either(allow(topic('a')), allow([topic('a')]))] }],
  ['one that another statement contains', { statements: [either(everything, allow('*')), everything] }],
  ['one that is narrower than another', { statements: [allow(topic('a*')), either(allow(topic('ab')), absent)] }],
  [
    'one with a condition, beside the same without',
    {
      statements: [
        allow(topic('a')),
        either(allow(topic('a'), { Condition: { StringEquals: { 'aws:PrincipalType': 'User' } } }), absent),
      ],
    },
  ],
  [
    'a whole policy',
    {
      role: {
        Policies: [{ PolicyName: 'p', PolicyDocument: either({ Statement: everything }, { Statement: [everything] }) }],
      },
    },
  ],
  ['two conditions', { statements: [either(everything, either(everything, everything, 'B'))] }],
  ['the handler', { of: { Handler: either('index.handler', 'index.handler') } }],
])('is not asked for, and is listed: %s', (_, parts) => {
  const { madeUp } = planned(parts).model;
  expect(madeUp).toContainEqual({
    path: 'Conditions.A',
    value: 'true',
    reason: expect.stringContaining('if it is false, the same functions run with the same rights') as string,
    ask: "--parameter 'PA=…'",
  });
});

test.each<[string, Parts]>([
  ['another right', { statements: [allow(either(topic('a'), topic('b')))] }],
  ['a narrower right', { statements: [allow(either(topic('a*'), topic('ab')))] }],
  [
    'one with a condition instead of one without',
    {
      statements: [either(allow('*', { Condition: { StringEquals: { 'aws:PrincipalType': 'User' } } }), allow('*'))],
    },
  ],
  ['a Deny', { statements: [everything, either(allow('*', { Effect: 'Deny' }), absent)] }],
  ['a pattern with ? beside one with *', { statements: [allow(topic('?')), either(allow(topic('*')), absent)] }],
  [
    'one whose variable may be anything',
    {
      statements: [allow(topic('*}')), either(allow(topic('${aws:PrincipalAccount}')), absent)],
    },
  ],
  [
    'a topic that is created',
    {
      statements: [everything, allow('arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b')],
      resources: { T: { ...orders, Condition: 'A' } },
    },
  ],
  [
    'a right without a condition, beside the same with one',
    {
      statements: [
        allow(topic('a'), { Condition: { StringEquals: { 'aws:PrincipalType': 'User' } } }),
        either(allow(topic('a')), absent),
      ],
    },
  ],
  ['a function that runs', { resources: { G: { ...functionResource('R'), Condition: 'A' } } }],
  [
    'the way to the brokers',
    {
      of: { VpcConfig: { SubnetIds: ['subnet-0a1b2c3d'], SecurityGroupIds: [{ Ref: 'G' }] } },
      resources: {
        G: {
          Type: 'AWS::EC2::SecurityGroup',
          Properties: {
            SecurityGroupEgress: [
              { IpProtocol: 'tcp', FromPort: either(9098, 443), ToPort: either(9098, 443), CidrIp: '10.0.0.0/8' },
            ],
          },
        },
      },
    },
  ],
  [
    'two conditions, of which one decides',
    { statements: [either(everything, allow('*')), either(everything, absent, 'B')] },
  ],
  [
    'too many conditions',
    {
      statements: ['A', 'B', 'C', 'D'].map((name) => either(everything, everything, name)),
    },
  ],
])('is asked for: %s', (_, parts) => {
  expect(() => planned(parts)).toThrow('Parameters.PA: has no default');
});
