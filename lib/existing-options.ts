import { contradictions } from './broker-places.js';
import type { Fields } from './context-fields.js';
import { iamPort } from './naming.js';

export interface ExistingClusterOptions {
  readonly kind: 'existing';
  readonly clusterArn: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly bootstrapBrokers: string;
  readonly access:
    | { readonly kind: 'make'; readonly brokerSecurityGroupId: string }
    | { readonly kind: 'attach'; readonly clientSecurityGroupId: string };
  readonly createTopics: boolean;
  /** @default `<stack>.worker` */
  readonly workerTopic: string | undefined;
  /** @default `<stack>.reply_to` */
  readonly replyToTopic: string | undefined;
  readonly replicationFactor: number;
}

const arn = /^arn:aws[\w-]*:kafka:[a-z0-9-]+:\d{12}:cluster\/[^/]+\/[^/]+$/;
const topic = /^[a-zA-Z0-9._-]{1,249}$/;
const group = /^sg-[0-9a-f]{8,17}$/;
const groupLike = 'sg-0123456789abcdef0';

/** The values that put topics and functions next to a cluster of somebody's. Nothing is looked up: all is given. */
export function existingOptions(fields: Fields): ExistingClusterOptions {
  const bootstrapBrokers = fields.required(
    'bootstrapBrokers',
    /^[^\s,:]+:\d+(,[^\s,:]+:\d+)*$/,
    'b-1.name.abc.c1.kafka.eu-west-1.amazonaws.com:9098,b-2…',
  );
  const brokers = bootstrapBrokers.split(',');
  for (const broker of brokers) portProblem(fields, broker);
  const clusterArn = fields.required('clusterArn', arn, 'arn:aws:kafka:eu-west-1:111122223333:cluster/name/uuid');
  if (arn.test(clusterArn)) {
    for (const sentence of contradictions(clusterArn, brokers)) fields.problem('bootstrapBrokers', sentence);
    partitionProblem(fields, clusterArn);
  }
  const createTopics = fields.choice('createTopics', 'true', ['true', 'false']) === 'true';
  if (createTopics && /\.kafka-serverless\./.test(bootstrapBrokers)) {
    fields.problem(
      'createTopics',
      'must be false on MSK Serverless, which has no topics API: make the topics yourself, then give workerTopic and replyToTopic',
    );
  }
  const named = (key: 'workerTopic' | 'replyToTopic', like: string): string | undefined => {
    return fields.given(key) || !createTopics ? fields.required(key, topic, like) : undefined;
  };
  const workerTopic = named('workerTopic', 'sanity.worker');
  const replyToTopic = named('replyToTopic', 'sanity.reply_to');
  if (fields.given('workerTopic') && workerTopic === replyToTopic) {
    fields.problem('replyToTopic', 'is the same topic as workerTopic');
  }
  for (const key of ['partitions', 'retentionHours', 'replicationFactor'] as const) {
    if (createTopics || !fields.given(key)) continue;
    fields.problem(key, 'is for topics that the stack makes, and createTopics=false takes some that are there already');
  }
  const subnetIds = fields.required(
    'subnetIds',
    /^subnet-[0-9a-f]+(\s*,\s*subnet-[0-9a-f]+)*$/,
    'subnet-0a1b2c3d,subnet-…',
  );
  const subnets = subnetIds.split(',').map((id) => id.trim());
  if (new Set(subnets).size !== subnets.length) fields.problem('subnetIds', 'names a subnet twice');
  return {
    kind: 'existing',
    clusterArn,
    vpcId: fields.required('vpcId', /^vpc-[0-9a-f]{8,17}$/, 'vpc-0123456789abcdef0'),
    subnetIds: subnets,
    bootstrapBrokers,
    access: accessOf(fields),
    createTopics,
    workerTopic,
    replyToTopic,
    replicationFactor: fields.integer('replicationFactor', 2, 1, 15),
  };
}

function accessOf(fields: Fields): ExistingClusterOptions['access'] {
  const make = fields.given('brokerSecurityGroupId');
  if (make === fields.given('clientSecurityGroupId')) {
    fields.problem(
      'brokerSecurityGroupId',
      make
        ? 'and clientSecurityGroupId are both given: it is one or the other'
        : 'or clientSecurityGroupId is missing: the first lets us open 9098 to the functions, the second may reach the brokers already',
    );
  }
  return make
    ? { kind: 'make', brokerSecurityGroupId: fields.required('brokerSecurityGroupId', group, groupLike) }
    : {
        kind: 'attach',
        clientSecurityGroupId: fields.given('clientSecurityGroupId')
          ? fields.required('clientSecurityGroupId', group, groupLike)
          : '',
      };
}

/** "aws-cn" has the regions cn-…, "aws-us-gov" us-gov-…, "aws" the others. */
function partitionProblem(fields: Fields, clusterArn: string): void {
  const [, partition = '', , region = ''] = clusterArn.split(':');
  const own = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
  if (partition === own || !['aws', 'aws-cn', 'aws-us-gov'].includes(partition)) return;
  fields.problem('clusterArn', `is in ${region}, which is of the partition ${own}, and says ${partition}`);
}

function portProblem(fields: Fields, broker: string): void {
  const port = Number(broker.split(':')[1] ?? iamPort);
  if (port === iamPort) return;
  const others: Readonly<Record<number, string>> = { 9092: 'plaintext', 9094: 'TLS', 9096: 'SCRAM' };
  const what = others[port];
  fields.problem(
    'bootstrapBrokers',
    what === undefined
      ? `has ${broker}: IAM inside a VPC is on port ${iamPort}`
      : `has ${broker}, which is the ${what} listener and no IAM listener: enable IAM on the cluster first, then give its :${iamPort} brokers`,
  );
}
