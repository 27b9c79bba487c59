import { expect, test } from 'vitest';
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

/** A function and a cluster in one stack; the role has these statements. */
function stack(...statements: readonly { Effect?: string; Action?: string; Resource: unknown }[]): StackModel {
  const statement = [
    { Effect: 'Allow', Action: 'kafka-cluster:Connect', Resource: { 'Fn::GetAtt': ['Cluster', 'Arn'] } },
    ...statements.map((one) => ({ Effect: 'Allow', Action: WRITE, ...one })),
  ];
  const policies = [{ PolicyName: 'p', PolicyDocument: { Statement: statement } }];
  const resources = {
    Cluster: { Type: 'AWS::MSK::Cluster', Properties: { ClusterName: 'demo' } },
    Orders: {
      Type: 'AWS::MSK::Topic',
      Properties: {
        ClusterArn: { 'Fn::GetAtt': ['Cluster', 'Arn'] },
        TopicName: 'orders',
        PartitionCount: 1,
        ReplicationFactor: 2,
      },
    },
    Role: { Type: 'AWS::IAM::Role', Properties: { Policies: policies } },
    Worker: functionResource('Role'),
  };
  return readTemplate({ Resources: resources }, { ...place, stackName: 'Orders' });
}

test('a statement that speaks of another region and account only: its place, and what to do', () => {
  const model = stack({ Resource: 'arn:aws:kafka:us-west-2:123456789012:topic/*/*/orders' });
  let refused: unknown;
  try {
    refuseOtherPlaces(model, place, rehearsedCluster(model).arn);
  } catch (error) {
    refused = error;
  }
  expect(pubsub_error.is(refused) && refused).toMatchObject({
    code: 'template_refused',
    raw_message: expect.stringMatching(
      /^Resources\.Role\.Properties\.Policies\[0\]\.PolicyDocument\.Statement\[1\]\.Resource: can match nothing in eu-west-1 and account 111122223333 \(made up\): it names us-west-2 and account 123456789012$/,
    ) as string,
    hint: expect.stringContaining('--region us-west-2 --account 123456789012') as string,
  });
});

test('a region of another partition: its partition', () => {
  const model = stack({ Resource: 'arn:aws:kafka:cn-north-1:111122223333:topic/*/*/orders' });
  expect(() => refuseOtherPlaces(model, place, rehearsedCluster(model).arn)).toThrow(
    'it names cn-north-1 and account 111122223333 in the partition aws, and the region is in aws-cn',
  );
});

test.each([
  ['a Deny too: if it does not apply here, a rehearsal allows what AWS denies', 'Deny', 'us-west-2:111122223333'],
  ['the account only', 'Allow', 'eu-west-1:123456789012'],
  ['a pattern that does not fit', 'Allow', 'us-*:*'],
])('refused: %s', (_, effect, at) => {
  const model = stack({ Effect: effect, Resource: `arn:aws:kafka:${at}:topic/*/*/orders` });
  expect(() => refuseOtherPlaces(model, place, rehearsedCluster(model).arn)).toThrow(
    'Statement[1].Resource: can match nothing',
  );
});

test.each([
  ['everything', '*'],
  ['patterns', 'arn:aws:kafka:*:*:topic/*'],
  ['a star for several parts', 'arn:aws:kafka:eu-*'],
  ['one ARN among others', ['arn:aws:kafka:us-west-2:1:topic/a/b/c', 'arn:aws:kafka:eu-west-1:111122223333:topic/*']],
  ['another cluster in the same place: IAM decides', 'arn:aws:kafka:eu-west-1:111122223333:topic/other/id/orders'],
])('accepted: %s', (_, resource) => {
  const model = stack({ Resource: resource });
  expect(() => refuseOtherPlaces(model, place, rehearsedCluster(model).arn)).not.toThrow();
});

test('statements about other services are ignored', () => {
  const model = stack({ Action: '*', Resource: 'arn:aws:sqs:us-west-2:123456789012:queue' });
  expect(() => refuseOtherPlaces(model, place, rehearsedCluster(model).arn)).not.toThrow();
});
