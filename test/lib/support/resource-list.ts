import { textOf } from './policies.js';
import type { CfnResource, CfnTemplate } from './synthesize.js';

type Properties = Record<string, unknown>;

/** Of each type, the properties that cost something or open something. A type without any has a list that is empty. */
const shown: Readonly<Record<string, readonly string[]>> = {
  'AWS::CloudWatch::Alarm': ['MetricName', 'Threshold', 'Period', 'EvaluationPeriods', 'AlarmActions'],
  'AWS::CloudWatch::Dashboard': [],
  'AWS::EC2::RouteTable': [],
  'AWS::EC2::SecurityGroup': ['SecurityGroupIngress', 'SecurityGroupEgress'],
  'AWS::EC2::SecurityGroupEgress': ['IpProtocol', 'FromPort', 'ToPort', 'DestinationSecurityGroupId'],
  'AWS::EC2::SecurityGroupIngress': ['IpProtocol', 'FromPort', 'ToPort', 'SourceSecurityGroupId'],
  'AWS::EC2::Subnet': ['CidrBlock', 'MapPublicIpOnLaunch'],
  'AWS::EC2::SubnetRouteTableAssociation': [],
  'AWS::EC2::VPC': ['CidrBlock'],
  'AWS::IAM::Role': ['AssumeRolePolicyDocument.Statement.Principal', 'ManagedPolicyArns', 'Policies.PolicyName'],
  'AWS::Lambda::EventInvokeConfig': ['MaximumRetryAttempts', 'MaximumEventAgeInSeconds'],
  'AWS::Lambda::Function': ['Runtime', 'Architectures', 'MemorySize', 'Timeout', 'VpcConfig.SecurityGroupIds'],
  'AWS::Logs::LogGroup': ['RetentionInDays'],
  'AWS::MSK::Cluster': [
    'KafkaVersion',
    'NumberOfBrokerNodes',
    'BrokerNodeGroupInfo.InstanceType',
    'BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo.VolumeSize',
    'BrokerNodeGroupInfo.ConnectivityInfo',
    'ClientAuthentication',
    'EncryptionInfo.EncryptionInTransit',
    'EnhancedMonitoring',
  ],
  'AWS::MSK::Topic': ['TopicName', 'PartitionCount', 'ReplicationFactor'],
  'AWS::Scheduler::Schedule': ['ScheduleExpression', 'State', 'Target.RetryPolicy'],
  'Custom::AWS': ['Create', 'Update'],
};

/**
 * A template as a list for people: each resource with its type, its deletion policy where it is not deleted with the
 * stack, and what of it costs or opens something. What is promised of these is in proofs.ts.
 *
 * @throws Error for a type that the table does not know
 */
export function resourceList(template: CfnTemplate): string {
  const lines = Object.entries(template.Resources).map(([id, resource]) => line(id, resource));
  const outputs = Object.keys(template.Outputs).map((name) => `  ${name}`);
  return ['Resources', ...lines.sort(), '', 'Outputs', ...outputs.sort(), ''].join('\n');
}

function line(id: string, { Type, Properties, DeletionPolicy = 'Delete' }: CfnResource): string {
  const paths = shown[Type];
  if (paths === undefined) throw new Error(`${Type} is new: say in ${import.meta.filename} what of it to list`);
  const facts = paths.flatMap((path) => {
    const value = valuesAt(Properties, path.split('.'));
    return value.length === 0 ? [] : [`${path.split('.').at(-1)!}=${value.map(asText).join(',')}`];
  });
  return ['  ' + id, Type, ...(DeletionPolicy === 'Delete' ? [] : [`DeletionPolicy=${DeletionPolicy}`]), ...facts].join(
    ' ',
  );
}

function valuesAt(value: unknown, [key, ...rest]: readonly string[]): unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((one) => valuesAt(one, key === undefined ? [] : [key, ...rest]));
  return key === undefined ? [value] : valuesAt((value as Properties)[key], rest);
}

function asText(value: unknown): string {
  return typeof value === 'object' && value !== null ? textOf(value) : String(value);
}
