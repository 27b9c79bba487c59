import { serviceHost } from '../../../src/base/aws-partitions.js';
import { physicalName, resourceId, uuidOf, type NameRules } from './identity.js';
import type { ReadOptions } from '../options.js';
import type { Place } from '../load/place.js';
import type { Section } from './section.js';

/** A resource, with what its names and ARNs are derived from. */
export interface Thing {
  readonly logicalId: string;
  readonly type: string;
  readonly place: Place;
  readonly options: ReadOptions;
  readonly properties: Section;
}

type Shape = (thing: Thing) => string;

interface Kind {
  readonly ref: Shape;
  readonly attributes?: Readonly<Record<string, Shape>> | undefined;
}

/** The name from the template, else one in CloudFormation's form. */
const named =
  (property: string, rules: NameRules): Shape =>
  ({ logicalId, place, properties }) =>
    properties.lenient.get(property).textOr(physicalName(place, logicalId, rules));

const id =
  (prefix: string): Shape =>
  ({ logicalId, place }) =>
    resourceId(place, logicalId, prefix);

/** "{arn:service:region:account}:rest" */
const regional =
  (service: string, rest: Shape): Shape =>
  (thing) =>
    `arn:${thing.place.partition}:${service}:${thing.place.region}:${thing.place.account}:${rest(thing)}`;

/** IAM's resources are in no region. */
const global =
  (type: string, name: Shape): Shape =>
  (thing) => {
    const path = thing.properties.lenient.get('Path').textOr('/');
    return `arn:${thing.place.partition}:iam::${thing.place.account}:${type}${path}${name(thing)}`;
  };

export const functionName = named('FunctionName', { maximum: 64 });
export const roleName = named('RoleName', { maximum: 64 });
export const managedPolicyName = named('ManagedPolicyName', { maximum: 128 });
export const logGroupName = named('LogGroupName', { maximum: 512 });
export const clusterName = named('ClusterName', { maximum: 64 });
export const securityGroupId = id('sg');
export const subnetId = id('subnet');
export const vpcId = id('vpc');
export const functionArn = regional('lambda', (thing) => `function:${functionName(thing)}`);
export const roleArn = global('role', roleName);
export const managedPolicyArn = global('policy', managedPolicyName);

/** MSK's UUIDs end with an additional number. */
export const clusterUuid: Shape = ({ logicalId, place }) => `${uuidOf(place, logicalId)}-1`;
export const clusterArn = regional('kafka', (thing) => `cluster/${clusterName(thing)}/${clusterUuid(thing)}`);

export const topicName: Shape = ({ properties }) => properties.get('TopicName').text();
export const topicArn: Shape = (thing) =>
  `${topicCluster(thing).text.replace(':cluster/', ':topic/')}/${topicName(thing)}`;

/** The ARN of a topic's cluster, and whether it is from the option: for a template that takes it from elsewhere. */
export function topicCluster({ properties, options }: Thing): { readonly text: string; readonly isOption: boolean } {
  const section = properties.get('ClusterArn');
  if (options.clusterArn === undefined) return { text: section.text(), isOption: false };
  const known = section.known();
  return { text: known ?? options.clusterArn, isOption: known === undefined };
}

const bucketName = named('BucketName', { maximum: 63, lowerCase: true });
const tableName = named('TableName', { maximum: 255 });
const queueName = named('QueueName', { maximum: 80 });
const queueArn = regional('sqs', queueName);
const snsTopicArn = regional('sns', named('TopicName', { maximum: 256 }));
const keyArn = regional('kms', ({ logicalId, place }) => `key/${uuidOf(place, logicalId)}`);
const secretArn = regional('secretsmanager', (thing) => `secret:${named('Name', { maximum: 512 })(thing)}-a1B2c3`);

/**
 * The values of `Ref` and `Fn::GetAtt`, by type: resources that users of a cluster refer to, and common other
 * resources.
 */
export const kinds: Readonly<Record<string, Kind | undefined>> = {
  'AWS::MSK::Cluster': { ref: clusterArn, attributes: { Arn: clusterArn } },
  'AWS::MSK::ServerlessCluster': { ref: clusterArn, attributes: { Arn: clusterArn } },
  'AWS::MSK::Topic': { ref: topicArn, attributes: { TopicArn: topicArn } },

  'AWS::Lambda::Function': { ref: functionName, attributes: { Arn: functionArn } },
  'AWS::Logs::LogGroup': {
    ref: logGroupName,
    attributes: { Arn: regional('logs', (thing) => `log-group:${logGroupName(thing)}:*`) },
  },
  'AWS::IAM::Role': { ref: roleName, attributes: { Arn: roleArn } },
  'AWS::IAM::ManagedPolicy': { ref: managedPolicyArn, attributes: { PolicyArn: managedPolicyArn } },

  'AWS::EC2::VPC': { ref: vpcId, attributes: { VpcId: vpcId, DefaultSecurityGroup: id('sg') } },
  'AWS::EC2::Subnet': { ref: subnetId, attributes: { SubnetId: subnetId } },
  'AWS::EC2::SecurityGroup': { ref: securityGroupId, attributes: { GroupId: securityGroupId, Id: securityGroupId } },
  'AWS::EC2::SecurityGroupIngress': { ref: id('sgr'), attributes: { Id: id('sgr') } },
  'AWS::EC2::SecurityGroupEgress': { ref: id('sgr'), attributes: { Id: id('sgr') } },

  // Other resources whose names functions often get.
  'AWS::S3::Bucket': {
    ref: bucketName,
    attributes: { Arn: (thing) => `arn:${thing.place.partition}:s3:::${bucketName(thing)}` },
  },
  'AWS::DynamoDB::Table': {
    ref: tableName,
    attributes: { Arn: regional('dynamodb', (thing) => `table/${tableName(thing)}`) },
  },
  'AWS::SQS::Queue': {
    ref: (thing) => {
      const { region, account } = thing.place;
      return `https://${serviceHost('sqs', region)}/${account}/${queueName(thing)}`;
    },
    attributes: { Arn: queueArn, QueueName: queueName },
  },
  'AWS::SNS::Topic': { ref: snsTopicArn, attributes: { TopicArn: snsTopicArn } },
  'AWS::SSM::Parameter': {
    ref: named('Name', { maximum: 1011 }),
    attributes: { Value: ({ properties }) => properties.get('Value').text() },
  },
  'AWS::KMS::Key': { ref: ({ logicalId, place }) => uuidOf(place, logicalId), attributes: { Arn: keyArn } },
  'AWS::SecretsManager::Secret': { ref: secretArn, attributes: { Id: secretArn } },
};
