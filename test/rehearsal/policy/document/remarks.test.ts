import { expect, test } from 'vitest';
import {
  managedPolicyRemarks,
  policyRemarks,
  policyStatements,
  rightlessRemarks,
} from '../../../../rehearsal/policy/index.js';
import { managedPolicyPath } from '../../../../rehearsal/policy/document/managed-policies.js';
import { CLUSTER_ARN } from '../statements.js';

const remarksOf = (condition: unknown): string[] => {
  const policy = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition: condition }],
  };
  return policyRemarks(policyStatements(policy, 'p'), CLUSTER_ARN).map(({ sentence }) => sentence);
};

test.each<[string, string, unknown, string]>([
  ['DateLessThan', 'aws:CurrentTime', 'yesterday', '"yesterday" is not a date'],
  ['DateGreaterThan', 'aws:CurrentTime', '2026-02-30', '"2026-02-30" is not a date'],
  ['IpAddress', 'aws:SourceIp', '300.1.1.1', '"300.1.1.1" is not an address'],
  ['IpAddress', 'aws:SourceIp', '10.0.0.0/33', '"10.0.0.0/33" is not an address'],
  ['NotIpAddress', 'aws:SourceIp', 'office', 'every value differs from it'],
  ['NumericLessThan', 'aws:MultiFactorAuthAge', '1h', '"1h" is not a number'],
  ['Bool', 'aws:SecureTransport', 'yes', '"yes" is not true or false'],
  ['Null', 'aws:SourceVpc', 'no', '"no" is not true or false'],
  ['ArnLike', 'aws:PrincipalArn', 'role/*', '"role/*" is not an ARN'],
])('a value that nothing can match: %s %s %s', (operator, key, value, sentence) => {
  const [only, ...others] = remarksOf({ [operator]: { [key]: value } });
  expect(only).toContain(sentence);
  expect(others).toEqual([]);
});

test.each<[string, string, unknown]>([
  ['DateLessThan', 'aws:CurrentTime', ['2026-02-28T12:00:00Z', '2026', '1767225600', '2024-02-29T23:59:59+14:00']],
  ['IpAddress', 'aws:SourceIp', ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1']],
  ['StringEquals', 'aws:CurrentTime', 'yesterday'],
  ['ArnEquals', 'aws:PrincipalArn', ['*', 'arn:aws:iam::*:role/x', '${aws:PrincipalTag/arn}']],
  ['Bool', 'aws:SecureTransport', [true, 'False']],
])('values that something can match: %s %s', (operator, key, value) => {
  expect(remarksOf({ [operator]: { [key]: value } })).toEqual([]);
});

const TOPIC = 'arn:aws:kafka:eu-west-1:111122223333:topic/demo/*/';
const ofResource = (text: string, more: object = {}): string[] => {
  const statement = { Effect: 'Allow', Action: 'kafka-cluster:ReadData', Resource: `${TOPIC}${text}` };
  const policy = { Version: '2012-10-17', Statement: statement, ...more };
  return policyRemarks(policyStatements(policy, 'p'), CLUSTER_ARN).map(({ path, sentence }) => `${path}: ${sentence}`);
};

test.each<[string, string]>([
  ['${}', 'the variable ${} is empty: it has no value, so the resource matches nothing'],
  ['${ }', 'the variable ${ } is empty'],
  ['${ aws:userid }', 'the variable ${ aws:userid } has a space in its name: it has no value'],
  ['${aws:PrincipalTag/}', 'the variable ${aws:PrincipalTag/} names no tag after the slash'],
  ['${aws:PrincipalTag/cost center}', 'has a space in its name'],
  ['${aws:username, x}', 'has a default value that is not a text in single quotes'],
  ['${aws:username, "x"}', 'has a default value that is not a text in single quotes'],
  ['${aws:PrincipalTag/*}', 'has * in its name'],
  ['${${aws:username}}', 'the variable ${${aws:username} has $ in its name'],
  [
    '${aws:username',
    `the variable in ${TOPIC}\${aws:username is not closed: } is missing, so the text itself is compared`,
  ],
  ['${aws:username}', 'aws:username is never set in requests to a cluster, so the resource matches nothing'],
  ["${aws:username, 'x'}", 'aws:username is never set in requests to a cluster, so the default "x" is always used'],
  ['${aws:RequestTag/team}', 'aws:RequestTag/team is never set in requests to a cluster, so'],
  ['${s3:prefix}', 's3:prefix is never set in requests to a cluster, so the resource matches nothing'],
  ['${username}', 'username is never set in requests to a cluster, so'],
  ['${aws:usrname}', 'aws:usrname is not a known AWS condition key; aws:username is'],
  ['${aws:NoSuchThing}', 'aws:NoSuchThing is not a known AWS condition key'],
])('a variable without a value: %s', (text, sentence) => {
  const [only, ...others] = ofResource(text);
  expect(only).toContain(`p.Statement.Resource: `);
  expect(only).toContain(sentence);
  expect(others).toEqual([]);
});

test.each([
  '${*}',
  '${?}',
  '${$}',
  '${aws:PrincipalAccount}',
  "${aws:PrincipalTag/team, 'no one'}",
  '${aws:userid}',
  '$x',
])('no remark about %s', (text) => {
  expect(ofResource(text)).toEqual([]);
});

test('variables in policies without them, in NotResource and in conditions', () => {
  const sentence = `${TOPIC}\${aws:PrincipalAccount} has no variable: policies have variables only with Version 2012-10-17`;
  expect(ofResource('${aws:PrincipalAccount}', { Version: '2008-10-17' })).toEqual([
    `p.Statement.Resource: ${sentence}`,
  ]);
  expect(ofResource('${aws:PrincipalAccount}', { Version: undefined })).toEqual([`p.Statement.Resource: ${sentence}`]);
  const not = { Effect: 'Allow', Action: 'kafka-cluster:*', NotResource: `${TOPIC}\${}` };
  expect(ofResource('', { Statement: not })).toEqual([
    'p.Statement.NotResource: the variable ${} is empty: it has no value, so the statement never applies',
  ]);
  expect(remarksOf({ StringEquals: { 'aws:PrincipalArn': '${aws:username}' } })).toEqual([
    'aws:username is never set in requests to a cluster, so nothing matches the value',
  ]);
  expect(remarksOf({ StringNotLike: { 'aws:PrincipalArn': ['a', '${ }'] } })).toEqual([
    'the variable ${ } is empty: it has no value, so the condition never holds',
  ]);
  expect(remarksOf({ StringEquals: { 'aws:SourceVpcc': 'vpc-1' } })).toEqual([
    'aws:SourceVpcc is not a known AWS condition key; aws:SourceVpc is',
  ]);
});

test('topics have no tags, and the cluster may have some', () => {
  const of = (action: string) => {
    const condition = { StringEquals: { 'aws:ResourceTag/env': 'dev' } };
    const statement = { Effect: 'Allow', Action: action, Resource: '*', Condition: condition };
    return policyRemarks(policyStatements({ Version: '2012-10-17', Statement: statement }, 'p'), CLUSTER_ARN);
  };
  expect(of('kafka-cluster:Connect')).toEqual([]);
  for (const action of ['kafka-cluster:ReadData', '*']) {
    expect(of(action).map(({ sentence }) => sentence)).toEqual([
      'aws:ResourceTag/env is never set for topics, groups and transactional ids: they have no tags, not even those of their cluster',
    ]);
  }
});

test('policies that allow nothing are reported', () => {
  const own = (...effects: string[]) => ({
    name: 'R',
    statements: policyStatements(
      { Statement: effects.map((effect) => ({ Effect: effect, Action: 'kafka-cluster:*', Resource: '*' })) },
      'R',
    ),
  });
  expect(rightlessRemarks({ own: own('Deny', 'Deny') })).toEqual([
    { path: 'R', sentence: 'only denies kafka-cluster actions, so its role may do nothing here' },
  ]);
  expect(rightlessRemarks({ own: own('Deny', 'Allow') })).toEqual([]);
  // The cluster's policy may grant what the role's does not.
  expect(rightlessRemarks({ own: own('Deny'), clusterPolicy: own('Allow') })).toEqual([]);
});

test('AWS-managed policies: their paths, and the remarks about unknown ones', () => {
  const said = (name: string): string =>
    managedPolicyRemarks(`arn:aws:iam::aws:policy/${name}`, 'R')
      .map(({ sentence }) => sentence)
      .join();
  for (const name of ['AmazonS3FullAccess', 'service-role/AWSLambdaBasicExecutionRole', 'job-function/Billing']) {
    expect(said(name)).toBe('');
  }
  expect(managedPolicyPath('AWSLambdaMSKExecutionRole')).toBe('service-role/AWSLambdaMSKExecutionRole');
  expect(managedPolicyPath('AmazonS3FullAccess')).toBe('AmazonS3FullAccess');
  expect(said('NoSuchThing')).toMatch(
    /is not among the policies that AWS managed on \d{4}-\d\d-\d\d, and is assumed to grant nothing/,
  );
  expect(said('NoSuchThing')).not.toContain('did you mean');
  expect(said('AWSLambdaBasicExecutionRole')).toContain(
    'did you mean arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole?',
  );
  expect(said('service-role/AmazonS3FulAccess')).toContain('did you mean arn:aws:iam::aws:policy/AmazonS3FullAccess?');
  expect(said('aws-service-role/KafkaServiceRolePolicy')).toContain('for a service-linked role');
});
