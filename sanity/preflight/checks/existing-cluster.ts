import type { StackOptions } from '../../../lib/context.js';
import { fail, isExisting, pass, warn, type Check } from '../../checks/check.js';

type Existing = Extract<StackOptions['cluster'], { kind: 'existing' }>;

function existing({ cluster }: StackOptions): Existing {
  if (cluster.kind !== 'existing') throw new Error('a check of a cluster that is there was asked about another');
  return cluster;
}

export const cluster: Check = {
  head: { id: 'cluster', title: 'the cluster takes IAM clients and topics' },
  concerns: isExisting,
  async look({ account, options, region, accountId }) {
    const { clusterArn, createTopics, replicationFactor } = existing(options);
    const [, , , arnRegion, arnAccount] = clusterArn.split(':');
    if (arnRegion !== region) {
      return fail(
        'config_invalid',
        `clusterArn is of ${String(arnRegion)}, and the stack would go to ${region}`,
        `Give --region ${String(arnRegion)}, and deploy with AWS_REGION=${String(arnRegion)}.`,
      );
    }
    const facts = await account.cluster(clusterArn);
    if (facts === undefined) {
      const whose =
        arnAccount === accountId ? '' : `; it is of account ${String(arnAccount)}, and you are in ${accountId}`;
      return fail('config_invalid', `there is no such cluster${whose}`, '`aws kafka list-clusters-v2` lists them.');
    }
    if (facts.state !== 'ACTIVE') {
      return fail('aws_refused', `it is ${facts.state}`, 'Topics can be made once it is ACTIVE: wait for that.');
    }
    if (!facts.iam) {
      return fail(
        'config_invalid',
        'IAM is not among the ways to log in to it',
        'Enable IAM role-based authentication in its security settings; that restarts its brokers one after the other.',
      );
    }
    if (createTopics && facts.serverless) {
      return fail(
        'config_invalid',
        'it is an MSK Serverless cluster, which has no topics API',
        'Make two topics yourself, and give -c createTopics=false -c workerTopic=… -c replyToTopic=…',
      );
    }
    if (createTopics && tooOld(facts.kafkaVersion)) {
      return fail(
        'config_invalid',
        `it runs Kafka ${String(facts.kafkaVersion)}, and the topics API needs 3.6`,
        'Make two topics yourself, and give -c createTopics=false -c workerTopic=… -c replyToTopic=…',
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

export const brokers: Check = {
  head: { id: 'brokers', title: 'the brokers’ addresses' },
  concerns: isExisting,
  async look({ account, options }) {
    const { clusterArn, bootstrapBrokers } = existing(options);
    const listed = await account.iamBrokers(clusterArn);
    if (listed === undefined) {
      return fail('config_invalid', 'the cluster has no IAM addresses inside its VPC', 'Enable IAM on it first.');
    }
    const known = listed.split(',');
    const strange = bootstrapBrokers.split(',').filter((broker) => !known.includes(broker));
    if (strange.length === 0) return pass('they are the cluster’s');
    return fail(
      'config_invalid',
      `${strange.join(', ')} is not among the cluster’s IAM addresses`,
      `-c bootstrapBrokers=${listed}`,
    );
  },
};

export const surroundings: Check = {
  head: { id: 'network', title: 'subnets and security group' },
  concerns: isExisting,
  async look({ account, options }) {
    const { vpcId, subnetIds, access } = existing(options);
    const group = access.kind === 'make' ? access.brokerSecurityGroupId : access.clientSecurityGroupId;
    const [subnets, groupVpc] = await Promise.all([account.subnetVpcs(subnetIds), account.securityGroupVpc(group)]);
    const absent = [...subnetIds.filter((id) => !subnets.has(id)), ...(groupVpc === undefined ? [group] : [])];
    if (absent.length > 0) {
      return fail(
        'config_invalid',
        `there is no ${absent.join(', no ')} here`,
        'Are account and region the right ones?',
      );
    }
    const elsewhere = [...[...subnets], [group, groupVpc] as const].filter(([, vpc]) => vpc !== vpcId);
    const ofGroupOnly = elsewhere.length === 1 && elsewhere[0]?.[0] === group && access.kind === 'make';
    if (ofGroupOnly) {
      return warn(
        'config_invalid',
        `${group} is of ${String(groupVpc)}, and the functions go into ${vpcId}`,
        'A rule can name a group of another VPC only where the two are peered.',
      );
    }
    if (elsewhere.length > 0) {
      return fail(
        'config_invalid',
        elsewhere.map(([id, vpc]) => `${id} is of ${String(vpc)}`).join(', '),
        `All of them have to be of vpcId, ${vpcId}.`,
      );
    }
    return pass(`${subnetIds.length} subnets and ${group} are of ${vpcId}`);
  },
};
