import { describe, expect, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { planRoles, type PlanOptions } from '../../../rehearsal/enforce/index.js';
import { decideForRole, resourceArn, type PolicyFile, type ResourceKind } from '../../../rehearsal/policy/index.js';

const PLACE = 'arn:aws:kafka:eu-west-1:111122223333';
const topic = (name: string): string => `${PLACE}:topic/demo/*/${name}`;
const action = (name: string): string => (name.includes(':') ? name : `kafka-cluster:${name}`);

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly [element: string]: unknown;
}
const allow = (name: string, resource: string | string[] = '*', more: object = {}): Statement => ({
  Effect: 'Allow',
  Action: action(name),
  Resource: resource,
  ...more,
});
const deny = (name: string, resource: string | string[] = '*', more: object = {}): Statement => ({
  ...allow(name, resource, more),
  Effect: 'Deny',
});
const all = allow('*');
const connect = allow('Connect', `${PLACE}:cluster/demo/*`);
const document = (...statement: Statement[]) => ({ Version: '2012-10-17', Statement: statement });
const when = (operator: string, key: string, value: unknown) => ({ Condition: { [operator]: { [key]: value } } });
/** May log in, and read if the condition holds. */
const reads = (operator: string, key: string, value: unknown) =>
  document(connect, allow('ReadData', '*', when(operator, key, value)));
const file = (policy: unknown, path = 'policy.json'): PolicyFile => ({
  path,
  text: typeof policy === 'string' ? policy : JSON.stringify(policy),
});

/** What a policy grants: "+ReadData topic/a" is allowed, "-ReadData topic/a" is not. */
function decisions(policy: unknown, expected: string, options: PlanOptions = {}): string {
  const { rights, cluster } = planRoles([file(policy)], options);
  return expected
    .split(', ')
    .map((one) => {
      const [name = '', resource = ''] = one.slice(1).split(' ');
      const [kind = '', ...parts] = resource.split('/');
      const on = kind === 'cluster' ? cluster.arn : resourceArn(cluster.arn, kind as ResourceKind, parts.join('/'));
      return `${decideForRole(rights[0]!, action(name), on) === 'allowed' ? '+' : '-'}${one.slice(1)}`;
    })
    .join(', ');
}

test.each<[string, unknown, string]>([
  ['ForAnyValue of a key that is absent', reads('ForAnyValue:StringEquals', 'aws:TagKeys', ['a']), '-ReadData topic/a'],
  ['ForAllValues of it', reads('ForAllValues:StringEquals', 'aws:TagKeys', ['a']), '+ReadData topic/a'],
  [
    'a denial with ForAllValues of it',
    document(all, deny('ReadData', '*', when('ForAllValues:StringEquals', 'aws:TagKeys', 'a'))),
    '-ReadData topic/a, +WriteData topic/a',
  ],
  ['ForAnyValue…IfExists', reads('ForAnyValue:StringEqualsIfExists', 'aws:TagKeys', 'a'), '+ReadData topic/a'],
  ['quantifiers in lower case', reads('forallvalues:stringequals', 'aws:TagKeys', 'a'), '+ReadData topic/a'],
  ['operators in lower case', reads('stringequals', 'aws:PrincipalType', 'AssumedRole'), '+ReadData topic/a'],
  ['keys in capitals, values as Bool', reads('Bool', 'AWS:SECURETRANSPORT', 'TRUE'), '+ReadData topic/a'],
  ['Null of a key that is there', reads('Null', 'aws:TokenIssueTime', 'false'), '+ReadData topic/a'],
  ['Null with a boolean', reads('Null', 'aws:MultiFactorAuthAge', true), '+ReadData topic/a'],
  ['a number as a number', reads('NumericLessThanEquals', 'aws:EpochTime', 4_102_444_800), '+ReadData topic/a'],
  ['an account as a number', reads('StringEquals', 'aws:ResourceAccount', 111_122_223_333), '+ReadData topic/a'],
  ['a date without its time', reads('DateGreaterThanEquals', 'aws:CurrentTime', '2020-01-01'), '+ReadData topic/a'],
  ['a date in seconds', reads('DateLessThan', 'aws:CurrentTime', '1577836800'), '-ReadData topic/a'],
  ['a date for seconds', reads('DateGreaterThan', 'aws:EpochTime', '2020-01-01T00:00:00Z'), '+ReadData topic/a'],
  ['StringEqualsIgnoreCase', reads('StringEqualsIgnoreCase', 'aws:PrincipalType', 'assumedrole'), '+ReadData topic/a'],
  ['the case of a value', reads('StringEquals', 'aws:PrincipalType', 'assumedrole'), '-ReadData topic/a'],
  ['ArnEquals with wildcards', reads('ArnEquals', 'aws:PrincipalArn', 'arn:aws:iam::*:role/*'), '+ReadData topic/a'],
  ['a variable in a value', reads('StringLike', 'aws:PrincipalArn', 'arn:aws:iam::${aws:ResourceAccount}:role/*'), '+ReadData topic/a'],
  ['several values of StringNotLike', reads('StringNotLike', 'aws:PrincipalArn', ['*admin*', '*root*']), '+ReadData topic/a'],
  ['no values', reads('StringEquals', 'aws:PrincipalAccount', []), '-ReadData topic/a'],
  ['no values, negated', reads('StringNotEquals', 'aws:PrincipalAccount', []), '+ReadData topic/a'],
  ['an empty condition', document(connect, allow('ReadData', '*', { Condition: {} })), '+ReadData topic/a'],
  ['an operator without keys', document(connect, allow('ReadData', '*', { Condition: { StringEquals: {} } })), '+ReadData topic/a'],
  [
    'a denial without multi-factor authentication',
    document(all, deny('Delete*', '*', when('BoolIfExists', 'aws:MultiFactorAuthPresent', 'false'))),
    '-DeleteTopic topic/a, +ReadData topic/a',
  ],
  [
    'regions that a denial leaves out',
    document(all, deny('*', '*', when('StringNotEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-east-1']))),
    '+ReadData topic/a',
  ],
  ['a call on behalf of the role', reads('ForAnyValue:StringEquals', 'aws:CalledVia', ['lambda.amazonaws.com']), '-ReadData topic/a'],
  ['stars around a part of an action', document(connect, allow('*Data*')), '+ReadData topic/a, +WriteDataIdempotently cluster, -DescribeTopic topic/a'],
  ['one character of an action', document(connect, allow('Describe?opic', topic('*'))), '+DescribeTopic topic/a, -DescribeTopicDynamicConfiguration topic/a'],
  ['a single statement', { Version: '2012-10-17', Statement: all }, '+ReadData topic/a'],
  ['a star across parts', document(connect, allow('ReadData', `${PLACE}:topic/*/orders`)), '+ReadData topic/orders, -ReadData topic/a'],
  ['one part too many', document(connect, allow('ReadData', `${PLACE}:topic/demo/*/*/orders`)), '-ReadData topic/orders'],
  ['an account that is empty', document(connect, allow('ReadData', 'arn:aws:kafka:eu-west-1::topic/demo/*')), '-ReadData topic/a'],
  [
    'a denial within a prefix',
    document(connect, allow('*Data', topic('orders-*')), deny('WriteData', topic('orders-secret-*'))),
    '-WriteData topic/orders-secret-1, +WriteData topic/orders-secret, +ReadData topic/orders-secret-1, -ReadData topic/orders',
  ],
  ['rights on topics, for a cluster', document(connect, allow('*Data', `${PLACE}:cluster/demo/*`)), '-ReadData topic/a'],
  ['Connect for topics', document(allow('*', `${PLACE}:topic/demo/*`)), '-Connect cluster, +ReadData topic/a'],
  ['all kinds but one', document(allow('*', ['cluster', 'topic', 'group'].map((kind) => `arn:aws:kafka:*:*:${kind}/*`))), '+ReadData topic/a, +AlterGroup group/g, -DescribeTransactionalId transactional-id/x'],
  ['characters of regular expressions', document(connect, allow('ReadData', topic('a.b+(c)'))), '-ReadData topic/aXb, -ReadData topic/abbc'],
  ['no variables in the old version', { ...document(all, deny('ReadData', topic('${aws:PrincipalAccount}'))), Version: '2008-10-17' }, '+ReadData topic/111122223333'],
  ['a variable in any case', document(all, deny('ReadData', topic('${AWS:principalaccount}'))), '-ReadData topic/111122223333, +ReadData topic/a'],
  ['an account of any digits', document(allow('*', 'arn:aws:kafka:eu-west-1:????????????:*/demo/*')), '+ReadData topic/a'],
  ['a partition with a star', document(allow('*', 'arn:aws*:kafka:eu-west-1:111122223333:*')), '+ReadData topic/a'],
  ['the European partition', document(allow('*', 'arn:aws-eusc:kafka:eusc-de-east-1:111122223333:*')), '+ReadData topic/a'],
  ['a string within a string', JSON.stringify(JSON.stringify(document(all))), '+ReadData topic/a'],
  ['a byte order mark before PolicyVersion', `\uFEFF${JSON.stringify({ PolicyVersion: { Document: document(all) } })}`, '+ReadData topic/a'],
])('%s', (_, policy, expected) => {
  expect(decisions(policy, expected)).toBe(expected);
}); // prettier-ignore

describe('together with other policies', () => {
  const perimeter = document(
    all,
    deny('*', '*', {
      Condition: {
        StringNotEqualsIfExists: { 'aws:SourceVpc': 'vpc-1' },
        BoolIfExists: { 'aws:PrincipalIsAWSService': 'false', 'aws:ViaAWSService': 'false' },
      },
    }),
  );
  const scp = (...statements: Statement[]): PlanOptions => ({ scps: [file(document(...statements), 'scp.json')] });
  const ofCluster = (statement: Statement, more: PlanOptions = {}): PlanOptions => ({
    ...more,
    clusterPolicy: file(document(statement), 'cluster.json'),
  });
  const elsewhere = { roleArns: ['arn:aws:iam::444455556666:role/x'] };
  const roles = { AWS: ['arn:aws:iam::111122223333:role/policy', 'arn:aws:iam::111122223333:root'] };

  test.each<[string, unknown, string, PlanOptions]>([
    ...(['444455556666', 'arn:aws:iam::444455556666:root'] as const).map(
      (account): [string, unknown, string, PlanOptions] => [
        `a cluster’s policy for another account, ${account}`,
        document(all),
        '+ReadData topic/a, -WriteData topic/a',
        ofCluster(allow('ReadData', '*', { Principal: { AWS: account } }), elsewhere),
      ],
    ),
    ['a perimeter, inside of it', perimeter, '+ReadData topic/a', { answers: new Answers(['aws:SourceVpc=vpc-1']) }],
    ['outside of it', perimeter, '-ReadData topic/a', { answers: new Answers(['aws:SourceVpc=vpc-2']) }],
    [
      'other regions are denied to all but some services',
      document(all),
      '+ReadData topic/a',
      scp({
        Effect: 'Deny',
        NotAction: ['iam:*', 'sts:*'],
        Resource: '*',
        Condition: { StringNotEquals: { 'aws:RequestedRegion': ['eu-west-1'] } },
      }),
    ],
    ['a list of services without Kafka', document(all), '-Connect cluster', scp(allow('lambda:*'), allow('kafka:*'))],
    [
      'all but one service',
      document(all),
      '+ReadData topic/a',
      scp({ Effect: 'Allow', NotAction: ['iam:*'], Resource: '*' }),
    ],
    [
      'another role is exempt',
      document(all),
      '-DeleteTopic topic/a, +ReadData topic/a',
      scp(deny('DeleteTopic', '*', when('ArnNotLike', 'aws:PrincipalARN', 'arn:aws:iam::*:role/admin'))),
    ],
    [
      'a boundary without Connect',
      document(all),
      '-Connect cluster, +ReadData topic/a',
      { boundaries: [file(document(allow('*Topic'), allow('*Data')), 'boundary.json')] },
    ],
    [
      'a cluster of another account, which names the account',
      document(all),
      '+ReadData topic/a, -WriteData topic/a',
      ofCluster(
        { ...allow('ReadData'), Principal: { AWS: ['444455556666'] } },
        { ...elsewhere, clusterArn: `${PLACE}:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1` },
      ),
    ],
    [
      'a cluster’s policy for a service',
      document(all),
      '+ReadData topic/a',
      ofCluster({ ...allow('kafka:CreateVpcConnection'), Principal: { Service: 'kafka.amazonaws.com' } }),
    ],
    [
      'NotPrincipal without the session',
      document(all),
      '-ReadData topic/a',
      ofCluster({ Effect: 'Deny', NotPrincipal: roles, Action: 'kafka-cluster:*', Resource: '*' }),
    ],
    [
      'a principal that was deleted',
      document(all),
      '+ReadData topic/a',
      ofCluster({ ...deny('*'), Principal: { AWS: 'AROAEXAMPLEEXAMPLE123' } }),
    ],
  ])('%s', (_, policy, expected, options) => {
    expect(decisions(policy, expected, options)).toBe(expected);
  });

  test.each<[string, unknown, string]>([
    ['a wildcard in a role', { AWS: 'arn:aws:iam::111122223333:role/*' }, '"arn:aws:iam::111122223333:role/*" has a wildcard'],
    ['a wildcard in an account', { AWS: ['*', 'arn:aws:iam::*:root'] }, '"arn:aws:iam::*:root" has a wildcard'],
    ['an account with eleven digits', { AWS: '11112222333' }, '"11112222333" is neither an account nor'],
    ['a group', { AWS: 'arn:aws:iam::111122223333:group/g' }, 'nor the ARN of a role'],
    ['a name', { AWS: 'worker' }, '"worker" is neither an account nor'],
    ['an unknown kind', { Aws: '111122223333' }, 'Aws'],
    ['a text', 'arn:aws:iam::111122223333:root', 'cluster.json.Statement[0].Principal'],
  ])('a principal that IAM refuses: %s', (_, principal, expected) => {
    expect(() => planRoles([file(document(all))], ofCluster({ ...deny('*'), Principal: principal }))).toThrow(expected);
  }); // prettier-ignore
});

test.each<[string, string, string]>([
  ['a comment', '{\n// read\n"Version":"2012-10-17","Statement":[]}', 'not JSON: line 2'],
  ['a comma before the end', '{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},]}', 'not JSON'],
  ['one document in each line', `${JSON.stringify(document(all))}\n${JSON.stringify(document(all))}`, 'line 2'],
  ['a version that does not exist', JSON.stringify({ ...document(all), Version: '2012-10-18' }), 'Version must be'],
  ['a list within a list', JSON.stringify({ Version: '2012-10-17', Statement: [[all]] }), 'Statement must be'],
  ['actions within a list', JSON.stringify(document({ ...all, Action: [['*']] })), 'Action: must be a string'],
  ['Null with IfExists', JSON.stringify(reads('NullIfExists', 'aws:TagKeys', 'true')), 'is not an IAM operator'],
])('refused: %s', (_, text, expected) => {
  expect(() => planRoles([file(text)])).toThrow(expected);
});
