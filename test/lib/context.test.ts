import { describe, expect, test } from 'vitest';
import { readContext } from '../../lib/context.js';
import { existingCluster } from './support/synthesize.js';

const { brokerSecurityGroupId: _, ...withoutGroup } = existingCluster;

describe('refused, with the reason', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown key', { azss: '3' }, 'did you mean azs?'],
    ['no partitions', { partitions: '0' }, 'partitions is "0": it takes 1 to 1000'],
    ['a retention below zero', { retentionHours: -1 }, 'retentionHours is "-1"'],
    ['a small network', { vpcCidr: '10.0.0.0/27' }, 'too small'],
    ['an address inside a range', { vpcCidr: '10.42.1.0/16' }, 'the range is 10.42.0.0/16'],
    ['an address inside a small range', { vpcCidr: '10.42.0.64/25' }, 'the range is 10.42.0.0/25'],
    ['a long name', { stackName: 'x'.repeat(26) }, 'at most 25 characters'],
    ['one zone', { azs: '1' }, 'it takes 2 to 3'],
    ['one zone by name', { availabilityZones: 'eu-west-1a' }, 'names 1 zones, but azs is 2'],
    ['t3.small', { instanceType: 'kafka.t3.small' }, 'use kafka.m7g.large'],
    ['Serverless', { instanceType: 'serverless' }, 'no topics API'],
    ['an old Kafka', { kafkaVersion: '2.8.1' }, 'write 2.8.x.kraft'],
    ['an unknown Kafka', { kafkaVersion: '9.9.x' }, 'known are 3.7.x'],
    ['both variants', { ...existingCluster, instanceType: 'kafka.m5.large' }, 'give one or the other'],
    ['half of the values of an existing cluster', { createTopics: 'false' }, 'is for an existing cluster'],
    ['a SCRAM listener', { ...existingCluster, bootstrapBrokers: 'b-1:9096' }, 'enable IAM on the cluster, then'],
    [
      'brokers in another region',
      { ...existingCluster, bootstrapBrokers: 'b-1.demo.abc.c1.kafka.us-east-1.amazonaws.com:9098' },
      'bootstrapBrokers has b-1.demo.abc.c1.kafka.us-east-1.amazonaws.com:9098 in us-east-1, but clusterArn is in eu-west-1',
    ],
    [
      'the second broker in another region',
      {
        ...existingCluster,
        bootstrapBrokers: `${existingCluster.bootstrapBrokers},b-2.demo.abc.c1.kafka.us-east-1.amazonaws.com:9098`,
      },
      'in us-east-1, but clusterArn is in eu-west-1',
    ],
    [
      'MSK Serverless in another region',
      {
        ...existingCluster,
        createTopics: 'false',
        workerTopic: 'a',
        replyToTopic: 'b',
        bootstrapBrokers: 'boot-abc.c2.kafka-serverless.us-east-1.amazonaws.com:9098',
      },
      'in us-east-1, but clusterArn is in eu-west-1',
    ],
    [
      'brokers of two clusters',
      {
        ...existingCluster,
        bootstrapBrokers: `${existingCluster.bootstrapBrokers},b-2.other.abd.c1.kafka.eu-west-1.amazonaws.com:9098`,
      },
      'has brokers of two clusters',
    ],
    [
      'a region of another partition',
      { ...existingCluster, clusterArn: existingCluster.clusterArn.replace('arn:aws:', 'arn:aws-cn:') },
      'clusterArn names the partition aws-cn, but its region eu-west-1 is in the partition aws',
    ],
    [
      'another region of a partition with a domain of its own',
      {
        ...existingCluster,
        bootstrapBrokers: 'b-1.demo.abc.c1.kafka.eusc-de-east-1.amazonaws.eu:9098',
      },
      'has b-1.demo.abc.c1.kafka.eusc-de-east-1.amazonaws.eu:9098 in eusc-de-east-1, but clusterArn is in eu-west-1',
    ],
    [
      'brokers with the domain of another partition',
      {
        ...existingCluster,
        bootstrapBrokers: 'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.eu:9098',
      },
      'has b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.eu:9098, but clusterArn is in the partition aws',
    ],
    [
      'a region of the European partition in the usual one',
      {
        ...existingCluster,
        clusterArn: existingCluster.clusterArn.replace('eu-west-1', 'eusc-de-east-1'),
        bootstrapBrokers: 'b-1.demo.abc.c1.kafka.eusc-de-east-1.amazonaws.eu:9098',
      },
      'clusterArn names the partition aws, but its region eusc-de-east-1 is in the partition aws-eusc',
    ],
    ['no security group', withoutGroup, 'brokerSecurityGroupId or clientSecurityGroupId is missing'],
    ['two security groups', { ...existingCluster, clientSecurityGroupId: 'sg-0123456789abcdef1' }, 'one or the other'],
    [
      'Serverless with topics',
      { ...existingCluster, bootstrapBrokers: 'b.c2.kafka-serverless.x:9098' },
      'must be false',
    ],
    ['neither true nor false', { operations: 'yes' }, 'operations is "yes": it takes true or false'],
    [
      'a topic for alarms without alarms',
      { alarmTopicArn: 'arn:aws:sns:eu-west-1:111122223333:x' },
      'only exist with operations=true',
    ],
    ['a topic by name', { operations: 'true', alarmTopicArn: 'alarms' }, 'should look like arn:aws:sns:'],
    ['runs that overlap', { schedule: 'rate(1 minute)' }, 'its runs are 1 minutes apart, and the minimum is 5'],
    ['not a schedule', { schedule: 'hourly' }, 'takes rate(15 minutes), rate(1 hour), or cron('],
    ['a subnet twice', { ...existingCluster, subnetIds: 'subnet-0a1b2c3d, subnet-0a1b2c3d' }, 'names a subnet twice'],
    [
      'settings of existing topics',
      { ...existingCluster, createTopics: 'false', workerTopic: 'a', replyToTopic: 'b', partitions: 6 },
      'partitions is for topics that the stack creates',
    ],
    ['topics without names', { ...existingCluster, createTopics: 'false' }, 'workerTopic is missing'],
  ])('%s', (_name, context, reason) => {
    expect(() => readContext(context)).toThrow(reason);
  });

  test('each missing topic name is reported once, with an example', () => {
    expect(() => readContext({ ...existingCluster, createTopics: 'false' })).toThrow(
      /workerTopic is missing \(like sanity\.worker\); replyToTopic is missing \(like sanity\.reply_to\)$/,
    );
  });

  test('all problems are reported at once', () => {
    expect(() => readContext({ partitions: '0', azs: '9' })).toThrow(/partitions.*azs/);
  });
});

test.each([
  'localhost:9098',
  'kafka.example.com:9098',
  'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098,b-2.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098',
])('brokers that do not contradict the ARN are accepted: %s', (bootstrapBrokers) => {
  expect(readContext({ ...existingCluster, bootstrapBrokers }).cluster).toMatchObject({ bootstrapBrokers });
});

test('keys of the CLI and of feature flags are ignored', () => {
  const theirs = { '@aws-cdk/x:y': true, 'aws:cdk:enable-path-metadata': true, 'availability-zones:account=1': [] };
  expect(readContext(theirs).cluster.kind).toBe('own');
});
