import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { planRehearsal } from '../../../rehearsal/plan/plan.js';
import { rehearsedCluster } from '../../../rehearsal/plan/rehearsed-cluster.js';
import { refuseOtherPlaces } from '../../../rehearsal/plan/other-places.js';
import { readTemplate, type StackModel, type TakenPlace } from '../../../rehearsal/template/index.js';
import { pubsub_error } from '../../../src/base/error.js';
import { functionResource } from '../template/support/function-resource.js';

const place: TakenPlace = {
  region: 'eu-west-1',
  account: '111122223333',
  taken_from: { region: 'default', account: 'default' },
};
const WRITE = 'kafka-cluster:WriteData';

interface Statement {
  readonly Effect?: string;
  readonly Action?: string;
  readonly Resource: unknown;
}

const allow = (resource: unknown): Statement => ({ Effect: 'Allow', Action: WRITE, Resource: resource });

type Given = Statement | { readonly boundary: object };

/** A function and a cluster in one stack; the role has these statements. */
function template(...given: Given[]): object {
  const limits = given.flatMap((one) => ('boundary' in one ? one.boundary : []));
  const statement = [
    { Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: { 'Fn::GetAtt': ['Cluster', 'Arn'] } },
    ...given.flatMap((one) => ('boundary' in one ? [] : { ...allow(one.Resource), ...one })),
  ];
  const policies = [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: statement } }];
  const boundary = limits.length === 0 ? {} : { PermissionsBoundary: { Ref: 'Limit' } };
  const resources = {
    Cluster: {
      Type: 'AWS::MSK::Cluster',
      Properties: { ClusterName: 'demo', ClientAuthentication: { Sasl: { Iam: { Enabled: true } } } },
    },
    Orders: {
      Type: 'AWS::MSK::Topic',
      Properties: {
        ClusterArn: { 'Fn::GetAtt': ['Cluster', 'Arn'] },
        TopicName: 'orders',
        PartitionCount: 1,
        ReplicationFactor: 2,
      },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: { Policies: policies, ...boundary } },
    Worker: functionResource('Role'),
    ...Object.fromEntries(
      limits.map((properties) => ['Limit', { Type: 'AWS::IAM::ManagedPolicy', Properties: properties }]),
    ),
  };
  return { Resources: resources };
}

function stack(...given: Given[]): StackModel {
  return readTemplate(template(...given), { ...place, stackName: 'Orders' });
}

function refusal(model: StackModel, at = place): pubsub_error | undefined {
  try {
    refuseOtherPlaces(model, at, rehearsedCluster(model).arn);
  } catch (error) {
    if (pubsub_error.is(error)) return error;
    throw error;
  }
  return undefined;
}

test('a statement about another region and account only: its place, and the options that set it', () => {
  const model = stack({ Resource: 'arn:aws:kafka:us-west-2:123456789012:topic/*/*/orders' });
  expect(refusal(model)).toMatchObject({
    code: 'template_refused',
    raw_message: expect.stringMatching(
      /^Resources\.Role\.Properties\.Policies\[0\]\.PolicyDocument\.Statement\[1\]\.Resource: can match nothing in eu-west-1 and account 111122223333 \(made up\): it names us-west-2 and account 123456789012$/,
    ) as string,
    details: { asks: ['--region us-west-2', '--account 123456789012'] },
  });
});

test.each([
  [
    'a Deny too: if it does not apply here, a rehearsal allows what AWS denies',
    'Deny',
    'us-west-2:111122223333',
    '--region us-west-2',
  ],
  ['the account only', 'Allow', 'eu-west-1:123456789012', '--account 123456789012'],
  ['a pattern that does not fit', 'Allow', 'us-*:*', '--region …'],
  ['an account that is a variable', 'Allow', 'us-west-2:${aws:PrincipalAccount}', '--region us-west-2'],
])('asked for if the place is made up: %s', (_, effect, at, option) => {
  const model = stack({ Effect: effect, Resource: `arn:aws:kafka:${at}:topic/*/*/orders` });
  expect(refusal(model)).toMatchObject({
    raw_message: expect.stringContaining('Statement[1].Resource: can match nothing') as string,
    details: { asks: [option] },
  });
});

test('a boundary too', () => {
  const boundary = { PolicyDocument: { Statement: [allow('arn:aws:kafka:us-west-2:*:*')] } };
  const model = stack({ Resource: '*' }, { boundary });
  expect(refusal(model)?.raw_message).toMatch(/^Resources\.Limit\..*Statement\[0\]\.Resource: can match nothing/);
});

const OTHER = 'arn:aws:kafka:us-west-2:123456789012:topic/*/*/orders';

test.each<[string, TakenPlace['taken_from']]>([
  ['the option', { region: 'option', account: 'option' }],
  ['manifest.json', { region: 'manifest', account: 'manifest' }],
  ['the option, for one of the two that differ', { region: 'option', account: 'default' }],
])('a place that is known is not asked for, and what is elsewhere matches nothing: %s', (_, takenFrom) => {
  expect(refusal(stack({ Resource: OTHER }), { ...place, taken_from: takenFrom })).toBeUndefined();
});

test.each<[string, string[]]>([
  ['several places', [OTHER, 'arn:aws:kafka:us-east-1:123456789012:topic/*/*/orders']],
  ['another statement about this place', [OTHER, 'arn:aws:kafka:eu-west-1:111122223333:topic/*/*/orders']],
  ['a region of another partition', ['arn:aws:kafka:cn-north-1:111122223333:topic/*/*/orders']],
  ['an account without 12 digits', ['arn:aws:kafka:us-west-2:1234:topic/*/*/orders']],
])('nor one that no option would cure: %s', (_, resources) => {
  expect(refusal(stack(...resources.map((resource) => ({ Resource: resource }))))).toBeUndefined();
});

test('what matches nothing is a note', () => {
  const folder = mkdtempSync(join(tmpdir(), 'other-places-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'Orders.template.json');
  writeFileSync(file, JSON.stringify(template({ Effect: 'Deny', Resource: OTHER })));
  const { rights } = planRehearsal(file, { region: 'eu-west-1', account: '111122223333' });
  expect(rights.remarks).toContainEqual({
    path: expect.stringContaining('Statement[1].Resource') as string,
    sentence: `is about a cluster other than ${rights.clusterArn}: ${OTHER}`,
  });
});

test.each([
  ['everything', '*'],
  ['patterns', 'arn:aws:kafka:*:*:topic/*'],
  ['a star for several parts', 'arn:aws:kafka:eu-*'],
  ['one ARN among others', ['arn:aws:kafka:us-west-2:1:topic/a/b/c', 'arn:aws:kafka:eu-west-1:111122223333:topic/*']],
  ['the account as a variable', 'arn:aws:kafka:eu-west-1:${aws:PrincipalAccount}:topic/demo/*'],
  ['the region as a variable', 'arn:aws:kafka:${aws:RequestedRegion}:111122223333:topic/demo/*'],
  ['another cluster in the same place: IAM decides', 'arn:aws:kafka:eu-west-1:111122223333:topic/other/id/orders'],
])('accepted: %s', (_, resource) => {
  const model = stack({ Resource: resource });
  expect(refusal(model)).toBeUndefined();
});

test('statements about other services are ignored', () => {
  const model = stack({ Action: '*', Resource: 'arn:aws:sqs:us-west-2:123456789012:queue' });
  expect(refusal(model)).toBeUndefined();
});
