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
