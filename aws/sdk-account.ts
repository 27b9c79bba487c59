import type { Deadline } from '../src/base/deadline.js';
import type { Account, ClusterFacts } from './account.js';
import { callAws } from './call.js';
import { describeStack } from './describe-stack.js';
import { orAbsent } from './error.js';
import { NotAwsAnswer } from './not-aws-answer.js';
import { loadSdk } from './load-sdk.js';
import { findCredentials, type AwsSession } from './session.js';

/** With the qualifier that `cdk bootstrap` uses by default. */
const BOOTSTRAP_PARAMETER = '/cdk-bootstrap/hnb659fds/version';

/** The account of a session, through the AWS SDK. Every call has a deadline. */
export function sdkAccount(session: AwsSession, within: Deadline): Account {
  const { region } = session;
  const call = <T>(action: string, send: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> =>
    callAws({ action, region }, within, send);
  const ec2 = async () => {
    const sdk = await loadSdk('@aws-sdk/client-ec2', () => import('@aws-sdk/client-ec2'));
    return { sdk, client: new sdk.EC2Client(session) };
  };
  const kafka = async () => {
    const sdk = await loadSdk('@aws-sdk/client-kafka', () => import('@aws-sdk/client-kafka'));
    return { sdk, client: new sdk.KafkaClient(session) };
  };

  return {
    async credentials() {
      const { sessionToken, expiration } = await findCredentials(session, within.signal);
      return { temporary: sessionToken !== undefined, endsAt: expiration };
    },

    async identity() {
      await findCredentials(session, within.signal);
      const { STSClient, GetCallerIdentityCommand } = await loadSdk(
        '@aws-sdk/client-sts',
        () => import('@aws-sdk/client-sts'),
      );
      const client = new STSClient(session);
      return call('sts:GetCallerIdentity', async (options) => {
        const { Account, Arn } = await client.send(new GetCallerIdentityCommand({}), options);
        if (Account === undefined || Arn === undefined) throw new NotAwsAnswer('the answer names no account');
        return { account: Account, arn: Arn };
      });
    },

    async bootstrapVersion() {
      const { SSMClient, GetParameterCommand } = await loadSdk(
        '@aws-sdk/client-ssm',
        () => import('@aws-sdk/client-ssm'),
      );
      const client = new SSMClient(session);
      return orAbsent(
        call('ssm:GetParameter', async (options) => {
          const { Parameter } = await client.send(new GetParameterCommand({ Name: BOOTSTRAP_PARAMETER }), options);
          return Number(Parameter?.Value);
        }),
      );
    },

    async stackStatus(name) {
      return (await describeStack(session, name, within))?.status;
    },

    async zones() {
      const { sdk, client } = await ec2();
      const available = new sdk.DescribeAvailabilityZonesCommand({
        Filters: [
          { Name: 'zone-type', Values: ['availability-zone'] },
          { Name: 'state', Values: ['available'] },
        ],
      });
      const { AvailabilityZones = [] } = await call('ec2:DescribeAvailabilityZones', (options) =>
        client.send(available, options),
      );
      return AvailabilityZones.flatMap(({ ZoneName }) => ZoneName ?? []).sort();
    },

    async zonesWithDefaultSubnet() {
      const { sdk, client } = await ec2();
      const defaults = new sdk.DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] });
      const { Subnets = [] } = await call('ec2:DescribeSubnets', (options) => client.send(defaults, options));
      return Subnets.flatMap(({ AvailabilityZone }) => AvailabilityZone ?? []).sort();
    },

    async zonesWith(instanceType) {
      const { sdk, client } = await ec2();
      const offerings = new sdk.DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters: [{ Name: 'instance-type', Values: [instanceType] }],
      });
      const { InstanceTypeOfferings = [] } = await call('ec2:DescribeInstanceTypeOfferings', (options) =>
        client.send(offerings, options),
      );
      return InstanceTypeOfferings.flatMap(({ Location }) => Location ?? []).sort();
    },

    async kafkaVersions() {
      const { sdk, client } = await kafka();
      return call('kafka:ListKafkaVersions', async (options) => {
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
      const client = new LambdaClient(session);
      const { AccountLimit } = await call('lambda:GetAccountSettings', (options) =>
        client.send(new GetAccountSettingsCommand({}), options),
      );
      return AccountLimit?.UnreservedConcurrentExecutions ?? 0;
    },

    async cluster(arn) {
      const { sdk, client } = await kafka();
      const answer = await orAbsent(
        call('kafka:DescribeClusterV2', (options) =>
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
      const { BootstrapBrokerStringSaslIam } = await call('kafka:GetBootstrapBrokers', (options) =>
        client.send(new sdk.GetBootstrapBrokersCommand({ ClusterArn: arn }), options),
      );
      return BootstrapBrokerStringSaslIam;
    },

    async subnetVpcs(ids) {
      const { sdk, client } = await ec2();
      // With a filter, because one unknown id in the arguments would be an error for all.
      const wanted = new sdk.DescribeSubnetsCommand({ Filters: [{ Name: 'subnet-id', Values: [...ids] }] });
      const { Subnets = [] } = await call('ec2:DescribeSubnets', (options) => client.send(wanted, options));
      return new Map(Subnets.map(({ SubnetId = '', VpcId = '' }) => [SubnetId, VpcId]));
    },

    async securityGroupVpc(id) {
      const { sdk, client } = await ec2();
      const wanted = new sdk.DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-id', Values: [id] }] });
      const { SecurityGroups = [] } = await call('ec2:DescribeSecurityGroups', (options) =>
        client.send(wanted, options),
      );
      return SecurityGroups[0]?.VpcId;
    },
  };
}
