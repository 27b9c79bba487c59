import { expect, test } from 'vitest';
import { stackRights } from '../../../rehearsal/plan/rights.js';
import { readTemplate, type StackModel } from '../../../rehearsal/template/index.js';

const place = { stackName: 'Orders', region: 'eu-west-1', account: '111122223333' };
const deny = { Effect: 'Deny', Action: 'kafka-cluster:Write*', Resource: '*' };
const allow = { Effect: 'Allow', Action: 'kafka-cluster:*', Resource: '*' };

function read(statements: Readonly<Record<string, readonly object[]>>, functions?: string[]): StackModel {
  const resources = Object.entries(statements).flatMap(([id, statement]) => [
    [
      id,
      {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Code: { ZipFile: '' },
        },
      },
    ],
    [
      `${id}Role`,
      {
        Type: 'AWS::IAM::Role',
        Properties: {
          Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: statement } }],
        },
      },
    ],
  ]);
  return readTemplate({ Resources: Object.fromEntries(resources) as object }, { ...place, functions });
}

test('a role that only denies has no rights: its function is set aside, and that is the reason', () => {
  const s3 = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
  const { functions, setAside } = read({
    A: [allow, deny],
    B: [s3, deny],
    C: [s3],
    D: [{ Effect: 'Deny', NotAction: 'iam:*', Resource: '*' }],
  });
  expect(functions.map(({ logicalId }) => logicalId)).toEqual(['A']);
  expect(setAside).toEqual([
    { path: 'Resources.B', reason: 'its role may do nothing with a cluster’s data: its policies only deny' },
    { path: 'Resources.C', reason: 'its role may do nothing with a cluster’s data' },
    { path: 'Resources.D', reason: 'its role may do nothing with a cluster’s data: its policies only deny' },
  ]);
});

test('an effect that is not Deny is checked, because it may be meant to allow', () => {
  expect(() => read({ A: [{ ...deny, Effect: 'deny' }] })).toThrow('Effect: must be Allow or Deny, and is "deny"');
});

test('a function that is asked for runs with such a role, and the notes have its rights', () => {
  const { remarks } = stackRights(read({ A: [allow], B: [deny] }, ['A', 'B']));
  expect(remarks).toContainEqual({
    path: 'Resources.BRole',
    sentence: 'only denies kafka-cluster actions, so its role may do nothing here',
  });
  expect(remarks.filter(({ path }) => path === 'Resources.ARole')).toEqual([]);
});
