import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Answers } from '../../../rehearsal/answers.js';
import { planRehearsal } from '../../../rehearsal/plan/plan.js';
import { decideForRole } from '../../../rehearsal/policy/index.js';
import { functionResource } from '../template/support/function-resource.js';

/** A template with these tags, whose role may connect to its cluster if the condition holds. */
function mayConnect(
  { ofRole, ofCluster, type = 'AWS::MSK::Cluster' }: { ofRole?: unknown; ofCluster?: unknown; type?: string },
  condition: object,
  { answers, parameters }: { answers?: string[]; parameters?: Record<string, string> } = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), 'tags-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const statement = { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*', Condition: condition };
  const policy = { PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: statement } };
  const template = {
    Parameters: { Team: { Type: 'String' }, Env: { Type: 'String', Default: 'dev' } },
    Conditions: {
      IsDev: { 'Fn::Equals': [{ Ref: 'Env' }, 'dev'] },
      IsOrders: { 'Fn::Equals': [{ Ref: 'Team' }, 'o'] },
    },
    Resources: {
      A: {
        Type: type,
        Properties: {
          ClusterName: 'shop',
          ClientAuthentication: { Sasl: { Iam: { Enabled: true } } },
          Tags: ofCluster,
        },
      },
      R: { Type: 'AWS::IAM::Role', Properties: { Policies: [policy], Tags: ofRole } },
      F: functionResource('R'),
    },
  };
  const file = join(folder, 'Orders.template.json');
  writeFileSync(file, JSON.stringify(template));
  const { rights } = planRehearsal(file, { answers: new Answers(answers ?? []), parameters });
  return decideForRole(rights.roles.get('R')!, 'kafka-cluster:Connect', rights.clusterArn);
}
const team = (wanted: string | string[], operator = 'StringEquals') => ({
  [operator]: { 'aws:PrincipalTag/team': wanted },
});
const env = (wanted: string) => ({ StringEquals: { 'aws:ResourceTag/env': wanted } });
const tag = (value: unknown, key: unknown = 'team') => ({ Key: key, Value: value });

test.each<[string, Parameters<typeof mayConnect>[0], object, string]>([
  ['of a role', { ofRole: [tag('orders')] }, team('orders'), 'allowed'],
  ['of a role, another value', { ofRole: [tag('orders')] }, team('billing'), 'denied'],
  [
    'of a role, several values of the policy',
    { ofRole: [tag('orders')] },
    team(['billing', 'ord*'], 'StringLike'),
    'allowed',
  ],
  ['of a role, with a qualifier', { ofRole: [tag('orders')] }, team(['a', 'b'], 'ForAllValues:StringEquals'), 'denied'],
  ['of a role, negated', { ofRole: [tag('orders')] }, team(['a', 'b'], 'ForAnyValue:StringNotEquals'), 'allowed'],
  ['of a role, present', { ofRole: [tag('orders')] }, team('false', 'Null'), 'allowed'],
  ['of a role, with a key in another case', { ofRole: [tag('orders', 'Team')] }, team('orders'), 'allowed'],
  ['of a role, from a parameter', { ofRole: [tag({ Ref: 'Env' })] }, team('dev'), 'allowed'],
  [
    'of a role, beside an unknown one',
    { ofRole: [tag({ Ref: 'Team' }, 'x'), tag('orders')] },
    team('orders'),
    'allowed',
  ],
  [
    'of a role, by a condition',
    { ofRole: { 'Fn::If': ['IsDev', [tag('dev')], [tag('prod')]] } },
    team('dev'),
    'allowed',
  ],
  ['of a cluster', { ofCluster: { env: 'dev' } }, env('dev'), 'allowed'],
  ['of a cluster, another value', { ofCluster: { env: 'dev' } }, env('prod'), 'denied'],
  ['of a cluster, from a parameter', { ofCluster: { env: { 'Fn::Sub': '${Env}-1' } } }, env('dev-1'), 'allowed'],
  [
    'of a serverless cluster',
    { ofCluster: { env: 'dev' }, type: 'AWS::MSK::ServerlessCluster' },
    env('dev'),
    'allowed',
  ],
  [
    'of a cluster, as that of the role',
    { ofRole: [tag('dev')], ofCluster: { env: 'dev' } },
    env('${aws:PrincipalTag/team}'),
    'allowed',
  ],
])('tags in the template are known: %s', (_, tags, condition, expected) => {
  expect(mayConnect(tags, condition)).toBe(expected);
});

test.each<[string, Parameters<typeof mayConnect>[0], object, string]>([
  ['no tags', {}, team('orders'), 'aws:PrincipalTag/team'],
  [
    'other tags, because the stack may have tags too',
    { ofRole: [tag('x', 'other')] },
    team('orders'),
    'aws:PrincipalTag/team',
  ],
  ['an unknown value', { ofRole: [tag({ 'Fn::ImportValue': 'team' })] }, team('orders'), 'aws:PrincipalTag/team'],
  [
    'an unknown key',
    { ofRole: [tag('orders', { 'Fn::ImportValue': 'team' })] },
    team('orders'),
    'aws:PrincipalTag/team',
  ],
  [
    'an unknown condition',
    { ofRole: { 'Fn::If': ['IsOrders', [tag('a')], [tag('b')]] } },
    team('a'),
    'aws:PrincipalTag/team',
  ],
  ['of a cluster', { ofCluster: { env: { 'Fn::ImportValue': 'env' } } }, env('dev'), 'aws:ResourceTag/env'],
])('an unknown tag is asked for: %s', (_, tags, condition, key) => {
  expect(() => mayConnect(tags, condition)).toThrow(`the policies depend on values that are not known here: ${key}`);
});

test.each<[string, object]>([
  ['its own', { own: { team: 'orders' } }],
  ['those of Globals', { globals: { team: 'orders' } }],
  ['both', { own: { a: 'b' }, globals: { team: 'orders' } }],
])('the role that SAM makes has the tags of its function: %s', (_, tags) => {
  const { own, globals } = tags as { own?: object; globals?: object };
  const statement = { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*', Condition: team('orders') };
  const folder = mkdtempSync(join(tmpdir(), 'tags-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'Orders.template.json');
  const template = {
    Transform: 'AWS::Serverless-2016-10-31',
    ...(globals === undefined ? {} : { Globals: { Function: { Tags: globals } } }),
    Resources: {
      F: {
        Type: 'AWS::Serverless::Function',
        Properties: {
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          InlineCode: '',
          Policies: [{ Statement: [statement] }],
          ...(own === undefined ? {} : { Tags: own }),
        },
      },
    },
  };
  writeFileSync(file, JSON.stringify(template));
  const { rights } = planRehearsal(file, {});
  expect(decideForRole(rights.roles.get('FRole')!, 'kafka-cluster:Connect', rights.clusterArn)).toBe('allowed');
});

test('an answer overrides the template', () => {
  const answers = ['aws:PrincipalTag/team=billing'];
  expect(mayConnect({ ofRole: [tag('orders')] }, team('billing'), { answers })).toBe('allowed');
  expect(mayConnect({ ofRole: [tag('orders')] }, team('orders'), { answers })).toBe('denied');
  expect(mayConnect({ ofCluster: { env: 'dev' } }, env('dev'), { answers: ['aws:ResourceTag/env='] })).toBe('denied');
});
