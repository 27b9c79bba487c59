import type { StackOptions } from '../../../lib/context.js';
import { fail, pass, warn } from '../../checks/check.js';
import { isExisting, type PreflightCheck } from '../check.js';

type Existing = Extract<StackOptions['cluster'], { kind: 'existing' }>;

function existing({ cluster }: StackOptions): Existing {
  if (cluster.kind !== 'existing') throw new Error('a check of an existing cluster was made for another kind');
  return cluster;
}

export const cluster: PreflightCheck = {
  id: 'cluster',
  title: 'the existing cluster is usable',
  concerns: isExisting,
  async look({ account, options, region, accountId }) {
    const { clusterArn, createTopics, replicationFactor } = existing(options);
    const [, , , arnRegion, arnAccount] = clusterArn.split(':');
    if (arnRegion !== region) {
      return fail(
        'config_invalid',
        `clusterArn is in ${String(arnRegion)}, and the stack would be deployed to ${region}`,
        `Give --region ${String(arnRegion)}, and deploy with AWS_REGION=${String(arnRegion)}.`,
      );
    }
    const facts = await account.cluster(clusterArn);
    if (facts === undefined) {
      const whose =
        arnAccount === accountId
          ? ''
          : `; it is in account ${String(arnAccount)}, and the credentials are of ${accountId}`;
      return fail('config_invalid', `there is no such cluster${whose}`, '`aws kafka list-clusters-v2` lists them.');
    }
    if (facts.state !== 'ACTIVE') {
      return fail('aws_refused', `it is ${facts.state}`, 'Topics can be created once it is ACTIVE: wait for that.');
    }
    if (!facts.iam) {
      return fail(
        'config_invalid',
        'IAM authentication is disabled on it',
        'Enable IAM role-based authentication in its security settings; this restarts its brokers one by one.',
      );
    }
    if (createTopics && facts.serverless) {
      return fail(
        'config_invalid',
        'it is an MSK Serverless cluster, which has no topics API',
        'Create two topics yourself, and give -c createTopics=false -c workerTopic=… -c replyToTopic=…',
      );
    }
    if (createTopics && tooOld(facts.kafkaVersion)) {
      return fail(
        'config_invalid',
        `it runs Kafka ${String(facts.kafkaVersion)}, and the topics API needs 3.6`,
        'Create two topics yourself, and give -c createTopics=false -c workerTopic=… -c replyToTopic=…',
      );
    }
    if (createTopics && facts.brokers !== undefined && replicationFactor > facts.brokers) {
      return fail(
        'config_invalid',
        `it has ${facts.brokers} brokers, and replicationFactor is ${replicationFactor}`,
        `-c replicationFactor=${facts.brokers}`,
      );
    }
    const what = facts.serverless ? 'Serverless' : `Kafka ${facts.kafkaVersion ?? 'of unknown version'}`;
    return pass(`ACTIVE, with IAM; ${what}`);
  },
};

function tooOld(version: string | undefined): boolean {
  const [major = 9, minor = 9] = (version ?? '').split('.').map((part) => Number.parseInt(part, 10) || 0);
  return version !== undefined && (major < 3 || (major === 3 && minor < 6));
}

export const brokers: PreflightCheck = {
  id: 'brokers',
  title: 'the given brokers belong to the cluster',
  concerns: isExisting,
  async look({ account, options }) {
    const { clusterArn, bootstrapBrokers } = existing(options);
    const listed = await account.iamBrokers(clusterArn);
    if (listed === undefined) {
      return fail('config_invalid', 'the cluster has no addresses for IAM inside its VPC', 'Enable IAM on it first.');
    }
    const known = listed.split(',');
    const unknown = bootstrapBrokers.split(',').filter((broker) => !known.includes(broker));
    if (unknown.length === 0) return pass('every address is one of the cluster’s');
    return fail(
      'config_invalid',
      `${unknown.join(', ')} is not an IAM address of the cluster`,
      `-c bootstrapBrokers=${listed}`,
    );
  },
};

export const network: PreflightCheck = {
  id: 'vpc',
  title: 'subnets and security group are in the VPC',
  concerns: isExisting,
  async look({ account, options }) {
    const { vpcId, subnetIds, access } = existing(options);
    const group = access.kind === 'create' ? access.brokerSecurityGroupId : access.clientSecurityGroupId;
    const [subnets, groupVpc] = await Promise.all([account.subnetVpcs(subnetIds), account.securityGroupVpc(group)]);
    const absent = [...subnetIds.filter((id) => !subnets.has(id)), ...(groupVpc === undefined ? [group] : [])];
    if (absent.length > 0) {
      return fail('config_invalid', `not found: ${absent.join(', ')}`, 'Check the account and the region.');
    }
    const outside = [...[...subnets], [group, groupVpc] as const].filter(([, vpc]) => vpc !== vpcId);
    const ofGroupOnly = outside.length === 1 && outside[0]?.[0] === group && access.kind === 'create';
    if (ofGroupOnly) {
      return warn(
        `${group} is in ${String(groupVpc)}, and the functions will be in ${vpcId}`,
        'A rule can only name a group of another VPC if the two VPCs are peered.',
      );
    }
    if (outside.length > 0) {
      return fail(
        'config_invalid',
        outside.map(([id, vpc]) => `${id} is in ${String(vpc)}`).join(', '),
        `All of them must be in vpcId, ${vpcId}.`,
      );
    }
    return pass(`${subnetIds.length} subnets and ${group} are in ${vpcId}`);
  },
};
