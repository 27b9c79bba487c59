import { isAbsent } from './error.js';
import { ForeignAnswer } from './foreign-answer.js';
import { loadSdk } from './load-sdk.js';
import { awsCall, findCredentials, type ClientSettings } from './session.js';
import type { Deadline } from '../src/base/deadline.js';
import type { Account, ClusterFacts } from './account.js';

/** The qualifier that `cdk bootstrap` uses unless told otherwise. */
const bootstrapParameter = '/cdk-bootstrap/hnb659fds/version';

/** The account behind a region and credentials, asked through the AWS SDK. Every call has a deadline. */
export function sdkAccount(settings: ClientSettings, within: Deadline): Account {
  const ec2 = async () => {
    const sdk = await loadSdk('@aws-sdk/client-ec2', () => import('@aws-sdk/client-ec2'));
    return { sdk, client: new sdk.EC2Client(settings) };
  };
  const kafka = async () => {
    const sdk = await loadSdk('@aws-sdk/client-kafka', () => import('@aws-sdk/client-kafka'));
    return { sdk, client: new sdk.KafkaClient(settings) };
  };
  const credentials = () => findCredentials(settings, within.signal ?? new AbortController().signal);

  return {
    async credentials() {
      const { sessionToken, expiration } = await credentials();
      return { temporary: sessionToken !== undefined, endsAt: expiration };
    },

    async identity() {
      await credentials();
      const { STSClient, GetCallerIdentityCommand } = await loadSdk(
        '@aws-sdk/client-sts',
        () => import('@aws-sdk/client-sts'),
      );
      const client = new STSClient(settings);
      return awsCall('sts:GetCallerIdentity', within, async (options) => {
        const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), options);
        if (Account === undefined || Arn === undefined) throw new ForeignAnswer('it names no account');
        return { account: Account, arn: Arn };
      });
    },

    async bootstrapVersion() {
      const { SSMClient, GetParameterCommand } = await loadSdk(
        '@aws-sdk/client-ssm',
        () => import('@aws-sdk/client-ssm'),
      );
      const client = new SSMClient(settings);
      return orAbsent(
        awsCall('ssm:GetParameter', within, async (options) => {
          const { Parameter } = await client.send(new GetParameterCommand({ Name: bootstrapParameter }), options);
          return Number(Parameter?.Value);
        }),
      );
    },

    async stackStatus(name) {
      const { CloudFormationClient, DescribeStacksCommand } = await loadSdk(
        '@aws-sdk/client-cloudformation',
        () => import('@aws-sdk/client-cloudformation'),
      );
      const client = new CloudFormationClient(settings);
      return awsCall('cloudformation:DescribeStacks', within, async (options) => {
        try {
          const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }), options);
          return Stacks?.[0]?.StackStatus;
        } catch (error) {
          // CloudFormation has no error of its own for it.
          if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
          throw error;
        }
      });
    },

    async zones() {
      const { sdk, client } = await ec2();
      const { AvailabilityZones = [] } = await awsCall('ec2:DescribeAvailabilityZones', within, (options) =>
        client.send(
          new sdk.DescribeAvailabilityZonesCommand({
            Filters: [
              { Name: 'zone-type', Values: ['availability-zone'] },
              { Name: 'state', Values: ['available'] },
            ],
          }),
          options,
        ),
      );
      return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).sort();
    },

    async zonesWithDefaultSubnet() {
      const { sdk, client } = await ec2();
      const { Subnets = [] } = await awsCall('ec2:DescribeSubnets', within, (options) =>
        client.send(
          new sdk.DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }),
          options,
        ),
      );
      return Subnets.flatMap(({ AvailabilityZone }) => AvailabilityZone ?? []).sort();
    },

    async zonesWith(instanceType) {
      const { sdk, client } = await ec2();
      const { InstanceTypeOfferings = [] } = await awsCall('ec2:DescribeInstanceTypeOfferings', within, (options) =>
        client.send(
          new sdk.DescribeInstanceTypeOfferingsCommand({
            LocationType: 'availability-zone',
            Filters: [{ Name: 'instance-type', Values: [instanceType] }],
          }),
          options,
        ),
      );
      return InstanceTypeOfferings.flatMap(({ Location }) => Location ?? []).sort();
    },

    async kafkaVersions() {
      const { sdk, client } = await kafka();
      return awsCall('kafka:ListKafkaVersions', within, async (options) => {
        const found: { version: string; status: string }[] = [];
        for await (const page of sdk.paginateListKafkaVersions({ client }, {}, options)) {
          for (const { Version = '', Status = 'unknown' } of page.KafkaVersions ?? []) {
            found.push({ version: Version, status: Status });
          }
        }
        return found;
      });
    },

    async unreservedConcurrency() {
      const { LambdaClient, GetAccountSettingsCommand } = await loadSdk(
        '@aws-sdk/client-lambda',
        () => import('@aws-sdk/client-lambda'),
      );
      const client = new LambdaClient(settings);
      const { AccountLimit } = await awsCall('lambda:GetAccountSettings', within, (options) =>
        client.send(new GetAccountSettingsCommand({}), options),
      );
      return AccountLimit?.UnreservedConcurrentExecutions ?? 0;
    },

    async cluster(arn) {
      const { sdk, client } = await kafka();
      const answer = await orAbsent(
        awsCall('kafka:DescribeClusterV2', within, (options) =>
          client.send(new sdk.DescribeClusterV2Command({ ClusterArn: arn }), options),
        ),
      );
      const info = answer?.ClusterInfo;
      if (info === undefined) return undefined;
      const { Provisioned, Serverless, State = 'unknown' } = info;
      return {
        state: State,
        serverless: Serverless !== undefined,
        iam: (Serverless ?? Provisioned)?.ClientAuthentication?.Sasl?.Iam?.Enabled ?? false,
        kafkaVersion: Provisioned?.CurrentBrokerSoftwareInfo?.KafkaVersion,
        brokers: Provisioned?.NumberOfBrokerNodes,
      } satisfies ClusterFacts;
    },

    async iamBrokers(arn) {
      const { sdk, client } = await kafka();
      const { BootstrapBrokerStringSaslIam } = await awsCall('kafka:GetBootstrapBrokers', within, (options) =>
        client.send(new sdk.GetBootstrapBrokersCommand({ ClusterArn: arn }), options),
      );
      return BootstrapBrokerStringSaslIam;
    },

    async subnetVpcs(ids) {
      const { sdk, client } = await ec2();
      // By a filter: an unknown id is then left out instead of being an error for all.
      const { Subnets = [] } = await awsCall('ec2:DescribeSubnets', within, (options) =>
        client.send(new sdk.DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [...ids] }] }), options),
      );
      return new Map(Subnets.map(({ SubnetId = '', VpcId = '' }) => [SubnetId, VpcId]));
    },

    async securityGroupVpc(id) {
      const { sdk, client } = await ec2();
      const { SecurityGroups = [] } = await awsCall('ec2:DescribeSecurityGroups', within, (options) =>
        client.send(new sdk.DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [id] }] }), options),
      );
      return SecurityGroups[0]?.VpcId;
    },
  };
}

/** "There is none" as a value. */
async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAbsent(error instanceof Error && error.cause !== undefined ? error.cause : error)) return undefined;
    throw error;
  }
}
