import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { broken } from './support/proofs.js';
import { resourceList } from './support/resource-list.js';
import { rightsOf } from './support/policies.js';
import {
  existingCluster,
  synthesize,
  templateOf,
  validated,
  variants,
  type CfnTemplate,
} from './support/synthesize.js';

describe.each(Object.entries(variants))('%s', (name, context) => {
  const template = validated(context);

  test('has the promised rights, network, functions and logs', () => {
    expect(broken(template)).toEqual([]);
  });

  test('has the listed resources, with the properties that cost money or give access', async () => {
    await expect(resourceList(template)).toMatchFileSnapshot(`resources/${name.replaceAll(/\W+/g, '-')}.txt`);
  });
});

describe('the cluster', () => {
  const template = synthesize();

  test('is the smallest one with IAM, and accepts only IAM logins', () => {
    template.hasResourceProperties('AWS::MSK::Cluster', {
      KafkaVersion: '3.9.x.kraft',
      NumberOfBrokerNodes: 2,
      BrokerNodeGroupInfo: { InstanceType: 'kafka.m7g.large', StorageInfo: { EBSStorageInfo: { VolumeSize: 10 } } },
      ClientAuthentication: { Sasl: { Iam: { Enabled: true } }, Unauthenticated: { Enabled: false } },
      EncryptionInfo: { EncryptionInTransit: { ClientBroker: 'TLS', InCluster: true } },
      LoggingInfo: { BrokerLogs: { CloudWatchLogs: { Enabled: true } } },
    });
    template.hasResource('AWS::MSK::Cluster', { DeletionPolicy: 'Delete' });
  });

  test('gets another name only if it must be replaced', () => {
    const name = (context: Record<string, string>): unknown =>
      Object.values(templateOf(context).Resources).find(({ Type }) => Type === 'AWS::MSK::Cluster')?.Properties[
        'ClusterName'
      ];
    const first = name({});
    expect(first).toMatch(/^SanityStack-[0-9a-f]{8}$/);
    expect(name({ instanceType: 'kafka.m5.large', storageGiB: '20' })).toBe(first);
    expect(name({ azs: '3' })).not.toBe(first);
    expect(name({ vpcCidr: '10.43.0.0/16' })).not.toBe(first);
    expect(name({ availabilityZones: 'eu-west-1a,eu-west-1c' })).not.toBe(first);
    // The longest name: the deploying role's policy goes by how it begins.
    expect(name({ stackName: 'x'.repeat(25) })).toMatch(/^x{25}-[0-9a-f]{8}$/);
  });

  test('has three brokers, three replicas and two in sync with three zones', () => {
    const three = synthesize({ azs: '3' });
    three.hasResourceProperties('AWS::MSK::Cluster', { NumberOfBrokerNodes: 3 });
    three.allResourcesProperties('AWS::MSK::Topic', { ReplicationFactor: 3 });
    expect(configs({ azs: '3' })).toMatchObject([{ 'min.insync.replicas': '2' }, { 'min.insync.replicas': '2' }]);
  });

  test('is not named in the role that reads the brokers, so that the role is created early', () => {
    const { Resources } = templateOf();
    const [, role] = Object.entries(Resources).find(([id]) => id.startsWith('ClusterBrokersRole')) ?? [];
    expect(rightsOf(templateOf()).filter(({ role: id }) => id.startsWith('ClusterBrokersRole'))).toContainEqual({
      role: expect.any(String) as string,
      action: 'kafka:GetBootstrapBrokers',
      resource: '*',
    });
    const clusterId = Object.keys(Resources).find((id) => Resources[id]?.Type === 'AWS::MSK::Cluster');
    expect(JSON.stringify(role)).not.toContain(clusterId);
    expect(role?.DependsOn).toBeUndefined();
    template.hasResourceProperties('Custom::AWS', { InstallLatestAwsSdk: false });
  });
});

describe('topics', () => {
  test('have explicit settings, and are deleted with the cluster of the stack', () => {
    synthesize().allResources('AWS::MSK::Topic', { DeletionPolicy: 'Retain' });
    expect(configs({ retentionHours: '2' })).toEqual(
      Array(2).fill({
        'cleanup.policy': 'delete',
        'retention.ms': '7200000',
        'min.insync.replicas': '1',
        'unclean.leader.election.enable': 'false',
      }),
    );
  });

  test('on an existing cluster are named after the stack, and deleted with it, one after the other', () => {
    const template = synthesize(existingCluster);
    template.allResources('AWS::MSK::Topic', { DeletionPolicy: 'Delete' });
    template.hasResourceProperties('AWS::MSK::Topic', { TopicName: 'SanityStack.worker' });
    template.hasResource('AWS::MSK::Topic', {
      Properties: { TopicName: 'SanityStack.reply_to' },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^WorkerTopic')]),
    });
  });

  test('that exist are used, and not created', () => {
    synthesize(variants['existing topics']).resourceCountIs('AWS::MSK::Topic', 0);
  });
});

describe('an existing network', () => {
  test('gets one rule, as a separate resource that an output names', () => {
    const template = synthesize(existingCluster);
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
    template.hasOutput('AddedIngressRule', {});
    template.resourceCountIs('AWS::EC2::VPC', 0);
  });

  test('with a group that has access to the brokers: it is attached, and nothing is created', () => {
    const { brokerSecurityGroupId: _, ...others } = existingCluster;
    const template = synthesize({ ...others, clientSecurityGroupId: 'sg-0fedcba9876543210' });
    for (const type of ['SecurityGroup', 'SecurityGroupIngress', 'SecurityGroupEgress', 'VPC', 'Subnet']) {
      template.resourceCountIs(`AWS::EC2::${type}`, 0);
    }
    template.allResourcesProperties('AWS::Lambda::Function', {
      VpcConfig: { SecurityGroupIds: ['sg-0fedcba9876543210'] },
    });
    expect(broken(template.toJSON() as CfnTemplate)).toEqual([]);
  });
});

describe('the checks of the template report', () => {
  const mutations: Record<string, (template: CfnTemplate) => void> = {
    'a dropped grant': (template) => {
      const { Policies } = only(template, 'AWS::IAM::Role', 'PublisherRole') as {
        Policies: { PolicyDocument: { Statement: unknown[] } }[];
      };
      Policies.at(-1)?.PolicyDocument.Statement.pop();
    },
    'a dropped topic action': (template) =>
      replaceIn(template, 'kafka-cluster:WriteData', 'kafka-cluster:DescribeTopic'),
    'a wildcard action': (template) => replaceIn(template, 'kafka-cluster:ReadData', 'kafka-cluster:*'),
    'a shared prefix': (template) => replaceIn(template, '/SanityStack-worker-*', '/SanityStack-*'),
    'a right to create log groups': (template) => replaceIn(template, 'logs:CreateLogStream', 'logs:CreateLogGroup'),
    'a right that is not needed': (template) => replaceIn(template, 'ec2:DescribeSubnets', 'ec2:DescribeInstances'),
    "another function's log group": (template) => {
      const own = only(template, 'AWS::IAM::Role', 'WorkerRole') as { Policies: { PolicyName: string }[] };
      const other = only(template, 'AWS::IAM::Role', 'ReplyToRole') as { Policies: { PolicyName: string }[] };
      const logs = other.Policies.find(({ PolicyName }) => PolicyName === 'Logs');
      own.Policies = own.Policies.map((policy) => (policy.PolicyName === 'Logs' && logs ? logs : policy));
    },
    'logs that are not JSON': (template) => replaceIn(template, '"LogFormat":"JSON"', '"LogFormat":"Text"'),
    'an open security group': (template) => {
      Object.assign(only(template, 'AWS::EC2::SecurityGroupIngress', ''), { CidrIp: '0.0.0.0/0' });
    },
    'another port': (template) => {
      Object.assign(only(template, 'AWS::EC2::SecurityGroupIngress', ''), { FromPort: 0, ToPort: 65535 });
    },
    'an unpinned runtime': (template) => {
      Object.assign(only(template, 'AWS::Lambda::Function', 'Worker'), { Runtime: 'nodejs22.x' });
    },
    'a forgotten variable': (template) => replaceIn(template, '"PUBSUB_WORKER_TOPIC"', '"OTHER"'),
    'a variable that is not a setting': (template) => replaceIn(template, '"PUBSUB_AUTH"', '"PUBSUB_AUHT"'),
    'a log group that stays': (template) => {
      const found = Object.values(template.Resources).find(({ Type }) => Type === 'AWS::Logs::LogGroup');
      if (found !== undefined) found.DeletionPolicy = 'Retain';
    },
  };

  const ofRuns: Record<string, (template: CfnTemplate) => void> = {
    'another function that it may invoke': (template) => {
      const sanity = only(template, 'AWS::IAM::Role', 'SanityRole') as {
        Policies: { PolicyDocument: { Statement: { Resource: unknown }[] } }[];
      };
      const [statement] = sanity.Policies.at(-1)?.PolicyDocument.Statement ?? [];
      if (statement !== undefined)
        statement.Resource = [statement.Resource, 'arn:aws:lambda:*:*:function:other'].flat();
    },
    'a dropped function': (template) => {
      const sanity = only(template, 'AWS::IAM::Role', 'SanityRole') as {
        Policies: { PolicyDocument: { Statement: { Resource: unknown[] }[] } }[];
      };
      sanity.Policies.at(-1)?.PolicyDocument.Statement[0]?.Resource.pop();
    },
    'a retry of the scheduler': (template) =>
      replaceIn(template, '"RetryPolicy":{"MaximumEventAgeInSeconds":60,"MaximumRetryAttempts":0}', '"RetryPolicy":{}'),
    'a retry of Lambda': (template) => {
      Object.assign(only(template, 'AWS::Lambda::EventInvokeConfig', ''), { MaximumRetryAttempts: 2 });
    },
    'a run that may take longer': (template) => {
      Object.assign(only(template, 'AWS::Lambda::Function', 'SanityFunction'), { Timeout: 240 });
    },
    'reserved concurrency': (template) => {
      Object.assign(only(template, 'AWS::Lambda::Function', 'SanityFunction'), { ReservedConcurrentExecutions: 1 });
    },
    'a forgotten name': (template) => replaceIn(template, '"EASY_PUBSUB_WORKER_FUNCTION"', '"OTHER"'),
    'a network': (template) => {
      Object.assign(only(template, 'AWS::Lambda::Function', 'SanityFunction'), { VpcConfig: {} });
    },
  };

  test.each(Object.entries(ofRuns))('of scheduled runs: %s', (_name, mutate) => {
    const template = templateOf({ schedule: 'rate(15 minutes)' });
    expect(broken(template)).toEqual([]);
    mutate(template);
    expect(broken(template)).not.toEqual([]);
  });

  test.each(Object.entries(mutations))('%s', (_name, mutate) => {
    const template = templateOf();
    mutate(template);
    expect(broken(template)).not.toEqual([]);
  });
});

function only(template: CfnTemplate, type: string, prefix: string): object {
  const found = Object.entries(template.Resources).find(([id, { Type }]) => Type === type && id.startsWith(prefix));
  if (found === undefined) throw new Error(`no ${type} ${prefix}`);
  return found[1].Properties;
}

/** Changes every occurrence, and complains where there is none. */
function replaceIn(template: CfnTemplate, text: string, by: string): void {
  const before = JSON.stringify(template.Resources);
  const after = before.replaceAll(text, by);
  if (after === before) throw new Error(`nothing has ${text}`);
  template.Resources = JSON.parse(after) as CfnTemplate['Resources'];
}

function configs(context: Record<string, string>): unknown[] {
  return Object.values(templateOf(context).Resources)
    .filter(({ Type }) => Type === 'AWS::MSK::Topic')
    .map(({ Properties }) => JSON.parse(Buffer.from(String(Properties['Configs']), 'base64').toString()) as unknown);
}
