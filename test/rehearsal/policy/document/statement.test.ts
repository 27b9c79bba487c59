import { describe, expect, test } from 'vitest';
import { policyStatements } from '../../../../rehearsal/policy/index.js';
import { refusal } from '../../../support/refusal.js';

const read = (statement: unknown) => policyStatements({ Version: '2012-10-17', Statement: statement }, 'Policy');

test('single strings, lists and a single statement are read as by IAM', () => {
  expect(read({ Sid: 'A', Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: '*' })).toEqual([
    { path: 'Policy.Statement', sid: 'A', effect: 'Allow', actions: ['kafka-cluster:Connect'], resources: ['*'] },
  ]);
  expect(read([{ Effect: 'Deny', Action: ['*'], Resource: ['arn:aws:kafka:*:*:*', '*'], Condition: {} }])).toEqual([
    { path: 'Policy.Statement[0]', effect: 'Deny', actions: ['*'], resources: ['arn:aws:kafka:*:*:*', '*'] },
  ]);
});

test('statements about other services are ignored, whatever they contain', () => {
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

test.each([
  'arn:aws:kafka:cn-north-1:1:*',
  'arn:aws-cn:kafka:cn-north-1:1:*',
  'arn:aws*:kafka:cn-north-1:1:*',
  'arn:aws:kafka:cn-*:1:*',
  'arn:*:kafka:*:*:*',
])('every partition may be right: %s', (resource) => {
  expect(read({ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: resource })).toHaveLength(1);
});

test('a statement that is not in a list is named without a number', () => {
  const one = (more: object) => ({ Statement: { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*', ...more } });
  expect(policyStatements(one({}), 'x.json')).toMatchObject([{ path: 'x.json.Statement' }]);
  for (const [more, sentence] of [
    [{ Resource: 'x' }, 'x.json.Statement.Resource: "x" is neither an ARN'],
    [{ Sid: 'a b' }, 'x.json.Statement.Sid: "a b" has characters'],
  ] as const) {
    expect(() => policyStatements(one(more), 'x.json')).toThrow(sentence);
    const listed = { Statement: [one(more).Statement] };
    expect(() => policyStatements(listed, 'x.json')).toThrow(sentence.replace('Statement', 'Statement[0]'));
  }
});

test('exclusions, conditions, and variables in the version that has them', () => {
  const condition = { StringNotLikeIfExists: { 'aws:SourceVpc': ['vpc-*', 7] }, Null: { 'aws:SourceIp': true } };
  const [one] = read({
    Effect: 'Deny',
    NotAction: 'iam:*',
    NotResource: ['arn:aws:kafka:*:*:*', '*'],
    Condition: condition,
  });
  expect(one).toMatchObject({
    actions: [],
    notActions: ['iam:*'],
    resources: [],
    notResources: ['arn:aws:kafka:*:*:*', '*'],
    conditions: [
      {
        path: 'Policy.Statement.Condition.StringNotLikeIfExists.aws:SourceVpc',
        values: ['vpc-*', '7'],
        ifExists: true,
      },
      { path: 'Policy.Statement.Condition.Null.aws:SourceIp', operator: undefined, values: ['true'] },
    ],
  });
  expect(one?.variables).toBeUndefined();
  const old = { Statement: { Effect: 'Allow', Action: '*', Resource: 'arn:aws:kafka:*:*:topic/*/*/${aws:username}' } };
  expect(policyStatements(old, 'Policy')).toMatchObject([{ variables: false }]);
});

test('the policy of a resource has principals, and may have no resource', () => {
  const cluster = { Statement: { Effect: 'Allow', Principal: { AWS: '111122223333', Service: 'x' }, Action: '*' } };
  expect(policyStatements(cluster, 'Policy', { kind: 'resource' })).toMatchObject([
    { principals: { aws: ['111122223333'], not: false }, resources: ['*'] },
  ]);
  expect(() => policyStatements({ Statement: { Effect: 'Allow', Action: '*' } }, 'P', { kind: 'resource' })).toThrow(
    'P.Statement.Principal: is missing',
  );
});

describe('an ARN with fewer than six fields', () => {
  const all: [string, string][] = [
    ['arn:aws:kafka', 'arn:aws:kafka:*:*:*'],
    ['arn:aws:kafka:eu-west-1', 'arn:aws:kafka:eu-west-1:*:*'],
    ['arn:aws:kafka:*:111122223333', 'arn:aws:kafka:*:111122223333:*'],
    ['arn:aws:kafka:*:topic/a/b/c', 'arn:aws:kafka:*:topic/a/b/c:*'],
    ['arn:aws:kafka:${aws:RequestedRegion}', 'arn:aws:kafka:${aws:RequestedRegion}:*:*'],
    ["arn:aws:kafka:${aws:PrincipalTag/r, 'x:y:z'}:1", "arn:aws:kafka:${aws:PrincipalTag/r, 'x:y:z'}:1:*"],
    ['arn:aws:kafka:eu-west-1:', 'arn:aws:kafka:eu-west-1::*'],
  ];
  const whole = ['*', 'arn:aws:kafka:*:*:*', 'arn:aws:kafka:::', 'arn:aws:kafka:a:b:group/a/b/c:d:${e:f}'];
  const of = (text: string) => ({ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: text });

  test.each([...all, ...whole.map((one): [string, string] => [one, one])])('%s is completed: %s', (text, resource) => {
    expect(read(of(text))).toMatchObject([{ resources: [resource] }]);
    const except = { Effect: 'Deny', Action: 'kafka-cluster:*', NotResource: text };
    expect(read(except)).toMatchObject([{ resources: [], notResources: [resource] }]);
  });

  test('is refused in a session policy, and stays as it is in the policy of a cluster', () => {
    for (const [text, resource] of all) {
      expect(() => policyStatements({ Statement: of(text) }, 'P', { kind: 'session' })).toThrow(
        expect.objectContaining({
          message: expect.stringContaining(
            `Resource: ${text} has fewer than the six fields of an ARN; IAM refuses it in a session policy`,
          ) as unknown,
          hint: `Did you mean ${resource}?`,
        }) as Error,
      );
      const ofCluster = { Statement: { ...of(text), Principal: '*' } };
      expect(policyStatements(ofCluster, 'P', { kind: 'resource' })).toMatchObject([{ resources: [text] }]);
    }
    for (const text of whole)
      expect(policyStatements({ Statement: of(text) }, 'P', { kind: 'session' })).toHaveLength(1);
  });
});

test.each<[string, object, string]>([
  ['Action', { Action: 'Read*' }, 'Did you mean kafka-cluster:Read*?'],
  ['Action', { Action: 'kafka-cluster*' }, 'Did you mean kafka-cluster:*?'],
  ['Action', { Action: '*:WriteData' }, 'Did you mean kafka-cluster:WriteData?'],
  ['Resource', { Resource: 'arn:aws:kafk*:eu-west-1' }, 'Did you mean arn:aws:kafka:eu-west-1:*:*?'],
])('the pattern that is probably meant is suggested: %s %j', (_, change, hint) => {
  const reading = () => read({ Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*', ...change });
  expect(reading).toThrow(expect.objectContaining({ hint }) as Error);
});

test.each(['*', '*:*', 'kafka-cluster:*', 'KAFKA-CLUSTER:*'])('all actions: %s', (action) => {
  expect(read({ Effect: 'Allow', Action: action, Resource: '*' })).toHaveLength(1);
});

describe('is refused, with its place', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['a value that is not a Condition', { Condition: ['x'] }, 'Condition'],
    [
      'an operator that does not exist',
      { Condition: { StringEqual: { 'aws:SourceVpc': 'x' } } },
      'StringEqual: is not an IAM operator',
    ],
    [
      'a qualifier that does not exist',
      { Condition: { 'ForSome:Bool': { 'aws:SecureTransport': 'x' } } },
      'is not an IAM operator',
    ],
    ['Action and NotAction', { NotAction: 'iam:*' }, 'Action: is present together with NotAction'],
    ['Resource and NotResource', { NotResource: '*' }, 'Resource: is present together with NotResource'],
    [
      'a NotResource that is not an ARN',
      { Resource: undefined, NotResource: 'x' },
      'NotResource: "x" is neither an ARN',
    ],
    ['NotPrincipal', { NotPrincipal: '*' }, 'has NotPrincipal'],
    ['Principal', { Principal: '*' }, 'has Principal'],
    ['a resource that is not an ARN', { Resource: 'worker' }, 'neither an ARN'],
    ['no resource', { Resource: undefined }, 'Resource: is missing'],
    ['a misspelt element', { Efect: 'Allow' }, 'Efect'],
    ['an effect that does not exist', { Effect: 'allow' }, 'Effect'],
    ['no action', { Action: undefined }, 'Action'],
    ['a number for an action', { Action: 5 }, 'Action'],
    ['an empty list of actions', { Action: [] }, 'Action: is an empty list'],
    ['an empty list of resources', { Resource: [] }, 'Resource: is an empty list'],
    ['an action without its service', { Action: ['ReadData'] }, 'Action: "ReadData" has no service prefix'],
    [
      'an action without its service, and with a wildcard',
      { Action: 'kafka-cluster*' },
      'Action: "kafka-cluster*" has no service prefix',
    ],
    [
      'a wildcard in the service of an action',
      { Action: '*:ReadData' },
      'Action: "*:ReadData" has a wildcard in its service; IAM refuses it',
    ],
    ['a wildcard in a part of it', { Action: ['s3:Get*', 'kafka-*:*'] }, 'Action: "kafka-*:*" has a wildcard'],
    [
      'a wildcard in that of an exclusion',
      { Action: undefined, NotAction: 'ia?:*' },
      'NotAction: "ia?:*" has a wildcard',
    ],
    [
      'two colons in an action',
      { Action: 'kafka-cluster:*:*' },
      'Action: "kafka-cluster:*:*" has more than one colon; IAM refuses it',
    ],
    ['two stars for all actions', { Action: '**' }, 'Action: "**" has no service prefix'],
    [
      'a wildcard in the service of a resource',
      { Resource: 'arn:aws:*:*:*:*' },
      'Resource: arn:aws:*:*:*:* has a wildcard in its service; IAM refuses it',
    ],
    [
      'a wildcard in a part of that',
      { Resource: undefined, NotResource: ['*', 'arn:aws:kafk?:*'] },
      'NotResource: arn:aws:kafk?:* has a wildcard',
    ],
    ['a resource without a service', { Resource: 'arn:aws' }, 'Resource: arn:aws names no service; IAM refuses it'],
    ['a resource with a star for everything', { Resource: 'arn:*' }, 'Resource: arn:* names no service'],
    [
      'an empty service of an action',
      { Action: [':ReadData', 'kafka-cluster:*'] },
      'Action: ":ReadData" has no service prefix',
    ],
    ['an empty service of a resource', { Resource: ['arn:aws::*', '*'] }, 'Resource: arn:aws::* names no service'],
    ['a Sid with a space', { Sid: 'read data' }, 'Sid: "read data" has characters other than letters and digits'],
    ['the same Sid as another', { Sid: 'Connect' }, 'Sid: "Connect" is also that of Statement[0]'],
  ])('%s', async (_, change, sentence) => {
    const statement = { Effect: 'Allow', Action: 'kafka-cluster:ReadData', Resource: '*', ...change };
    const good = { Sid: 'Connect', Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: '*' };
    const error = await refusal(Promise.resolve().then(() => read([good, statement])));
    expect(error.code).toBe('template_refused');
    expect(error.raw_message).toContain('Policy.Statement[1]');
    expect(error.raw_message).toContain(sentence);
  });

  test('a document without statements', () => {
    expect(() => policyStatements({}, 'Policy')).toThrow('Policy: is not a policy document');
  });

  test('an empty list of statements', () => {
    expect(() => read([])).toThrow('Policy.Statement: has no statement; IAM refuses it');
  });

  test('a Sid of two statements, whatever they are about', () => {
    const one = { Sid: 'A', Effect: 'Allow', Action: 's3:*', Resource: '*' };
    expect(() => read([one, one])).toThrow('Policy.Statement[1].Sid: "A" is also that of Statement[0]');
    // Empty Sids do not count, and policies of resources have other rules.
    expect(
      read([
        { ...one, Sid: '' },
        { ...one, Sid: '' },
      ]),
    ).toEqual([]);
    const ofCluster = { Sid: 'a b', Effect: 'Allow', Action: '*', Principal: '*' };
    expect(policyStatements({ Statement: [ofCluster, ofCluster] }, 'P', { kind: 'resource' })).toHaveLength(2);
  });

  test('a version that IAM does not have', () => {
    expect(() => policyStatements({ Version: '2015-01-01', Statement: [] }, 'Policy')).toThrow('Version must be');
  });
});
