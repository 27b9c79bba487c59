import { App, CfnParameter, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnCluster } from 'aws-cdk-lib/aws-msk';
import { describe, expect, test } from 'vitest';
import { grantPubsub, pubsubPolicyStatements, type PubsubServiceProps } from '../../src/cdk/index.js';
import { rightsOf as rightsOfTemplate } from '../lib/support/policies.js';
import type { CfnTemplate } from '../lib/support/synthesize.js';
import { CLUSTER_ARN, policyOf, rightsOf } from '../grants/support/services.js';

/** The rights of the role of a stack whose service has these properties. */
function granted(props: (stack: Stack) => PubsubServiceProps, ...more: PubsubServiceProps[]): string[] {
  const stack = new Stack(new App(), 'Service');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  for (const one of [props(stack), ...more]) grantPubsub(role, one).assertSuccess();
  const template = Template.fromStack(stack).toJSON() as CfnTemplate;
  return rightsOfTemplate(template).map(({ action, resource }) => `${action} on ${resource}`);
}

describe('grantPubsub', () => {
  test.each<[string, PubsubServiceProps]>([
    [
      'a worker',
      { role: 'worker', clusterArn: CLUSTER_ARN, topics: { worker: 'pricing', dead_letter: 'pricing.dead' } },
    ],
    ['a requester', { role: 'requester', clusterArn: CLUSTER_ARN, groups: { reply_to: 'orders' } }],
    ['own replies', { role: 'requester', clusterArn: CLUSTER_ARN, requester: { reply_mode: 'own' } }],
    ['both', { role: 'both', clusterArn: CLUSTER_ARN, producer: { allow_auto_topic_creation: true } }],
    ['one that creates topics', { role: 'both', clusterArn: CLUSTER_ARN, createTopics: true }],
  ])('gives %s the rights that `easy-pubsub policy` prints', (_, props) => {
    const { role, clusterArn: _arn, createTopics, ...input } = props;
    const expected = rightsOf(policyOf(role, input, createTopics));
    expect(granted(() => props).toSorted()).toEqual(expected.toSorted());
    expect(pubsubPolicyStatements(props).map((statement) => statement.toStatementJson() as unknown)).toEqual(
      policyOf(role, input, createTopics).map(({ Action, ...rest }) => ({
        ...rest,
        Action: Action.length === 1 ? Action[0] : [...Action],
      })),
    );
  });

  test('takes names and a cluster that only the deployment knows', () => {
    const rights = granted((stack) => {
      const cluster = new CfnCluster(stack, 'Cluster', {
        clusterName: 'demo',
        kafkaVersion: '3.9.x.kraft',
        numberOfBrokerNodes: 2,
        brokerNodeGroupInfo: { clientSubnets: ['subnet-1', 'subnet-2'], instanceType: 'kafka.m7g.large' },
      });
      const topic = new CfnParameter(stack, 'Topic').valueAsString;
      return { role: 'worker', clusterArn: cluster.attrArn, topics: { worker: topic, reply_to: 'replies' } };
    });
    expect(rights.toSorted()).toEqual(
      [
        'Connect on {Cluster.Arn}',
        'DescribeTopic on {Cluster.Arn}[0]:topic/{Cluster.Arn}[1]/{Topic}',
        'ReadData on {Cluster.Arn}[0]:topic/{Cluster.Arn}[1]/{Topic}',
        'DescribeTopic on {Cluster.Arn}[0]:topic/{Cluster.Arn}[1]/replies',
        'WriteData on {Cluster.Arn}[0]:topic/{Cluster.Arn}[1]/replies',
        'DescribeGroup on {Cluster.Arn}[0]:group/{Cluster.Arn}[1]/easy-pubsub-{Topic}',
        'AlterGroup on {Cluster.Arn}[0]:group/{Cluster.Arn}[1]/easy-pubsub-{Topic}',
      ]
        .map((right) => `kafka-cluster:${right}`)
        .toSorted(),
    );
  });

  test('may be called for one role several times', () => {
    const orders: PubsubServiceProps = { role: 'worker', clusterArn: CLUSTER_ARN, topics: { worker: 'orders' } };
    const invoices: PubsubServiceProps = { ...orders, topics: { worker: 'invoices' } };
    const rights = granted(() => orders, invoices);
    expect(rights).toContain(`kafka-cluster:ReadData on ${CLUSTER_ARN.replace(':cluster/', ':topic/')}/orders`);
    expect(rights).toContain(`kafka-cluster:ReadData on ${CLUSTER_ARN.replace(':cluster/', ':topic/')}/invoices`);
  });

  test('its statements fit a policy of one’s own', () => {
    const stack = new Stack(new App(), 'Service');
    const statements = pubsubPolicyStatements({ role: 'both', clusterArn: CLUSTER_ARN });
    new ManagedPolicy(stack, 'Policy', { statements });
    Template.fromStack(stack).resourceCountIs('AWS::IAM::ManagedPolicy', 1);
  });
});

test.each<[string, Partial<PubsubServiceProps>, RegExp]>([
  ['an ARN of something else', { clusterArn: 'arn:aws:sns:eu-west-1:111122223333:a' }, /clusterArn is arn:aws:sns/],
  ['a topic that Kafka refuses', { topics: { worker: 'a b' } }, /topics\.worker/],
  [
    'one topic for both',
    { topics: { worker: 'a', reply_to: 'a' } },
    /topics\.reply_to is a, which is the worker topic/,
  ],
])('%s is refused', (_, props, sentence) => {
  expect(() => pubsubPolicyStatements({ role: 'worker', clusterArn: CLUSTER_ARN, ...props })).toThrow(sentence);
});
