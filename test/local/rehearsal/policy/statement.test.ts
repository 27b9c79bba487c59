import { describe, expect, test } from 'vitest';
import { policyStatements } from '../../../../local/rehearsal/policy/index.js';
import { refusal } from '../../../support/refusal.js';

const read = (statement: unknown) => policyStatements({ Version: '2012-10-17', Statement: statement }, 'Policy');

test('single texts, lists and a single statement are taken as IAM takes them', () => {
  expect(read({ Sid: 'A', Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: '*' })).toEqual([
    { path: 'Policy.Statement[0]', sid: 'A', effect: 'Allow', actions: ['kafka-cluster:Connect'], resources: ['*'] },
  ]);
  expect(read([{ Effect: 'Deny', Action: ['*'], Resource: ['arn:aws:kafka:*', '*'], Condition: {} }])).toEqual([
    { path: 'Policy.Statement[0]', effect: 'Deny', actions: ['*'], resources: ['arn:aws:kafka:*', '*'] },
  ]);
});

test('statements about other services are left alone, whatever they hold', () => {
  expect(
    read([
      {
        Effect: 'Allow',
        Action: 's3:GetObject',
        NotResource: 'x',
        Condition: { Bool: { 'aws:SecureTransport': 'true' } },
      },
      { Effect: 'Allow', Action: ['kafka:Get*', 'logs:*'], Resource: 'arn:aws:${aws:username}' },
    ]),
  ).toEqual([]);
});

describe('is refused, with its place', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['Condition', { Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } } }, 'has a Condition'],
    ['NotAction', { Action: undefined, NotAction: 'iam:*' }, 'has NotAction'],
    ['NotResource', { Resource: undefined, NotResource: 'x' }, 'has NotResource'],
    ['NotPrincipal', { NotPrincipal: '*' }, 'has NotPrincipal'],
    ['Principal', { Principal: '*' }, 'has Principal'],
    ['a policy variable', { Resource: 'arn:aws:kafka:*:*:topic/*/*/${aws:PrincipalTag/team}' }, 'policy variable'],
    ['a resource that is no ARN', { Resource: 'worker' }, 'neither an ARN'],
    ['no resource', { Resource: undefined }, 'Resource'],
    ['a misspelt element', { Efect: 'Allow' }, 'Efect'],
    ['an effect that is none', { Effect: 'allow' }, 'Effect'],
    ['no action', { Action: undefined }, 'Action'],
    ['a number for an action', { Action: 5 }, 'Action'],
  ])('%s', async (_, change, sentence) => {
    const statement = { Effect: 'Allow', Action: 'kafka-cluster:ReadData', Resource: '*', ...change };
    const good = { Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: '*' };
    const error = await refusal(Promise.resolve().then(() => read([good, statement])));
    expect(error.code).toBe('template_refused');
    expect(error.raw_message).toContain('Policy.Statement[1]');
    expect(error.raw_message).toContain(sentence);
  });

  test('a document without statements', () => {
    expect(() => policyStatements({}, 'Policy')).toThrow('Policy: is no policy document');
  });
});
