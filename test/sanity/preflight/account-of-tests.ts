import type { AwsHandlers } from '../../support/aws-stand-in.js';

const list = (items: string[]): string => items.map((item) => `<item>${item}</item>`).join('');

export const zoneAnswer = (names: string[]) => ({
  xml: `<DescribeAvailabilityZonesResponse><availabilityZoneInfo>${list(
    names.map((name) => `<zoneName>${name}</zoneName><zoneState>available</zoneState>`),
  )}</availabilityZoneInfo></DescribeAvailabilityZonesResponse>`,
});

export const defaultSubnetAnswer = (zones: string[]) => ({
  xml: `<DescribeSubnetsResponse><subnetSet>${list(
    zones.map((zone) => `<subnetId>subnet-1</subnetId><availabilityZone>${zone}</availabilityZone>`),
  )}</subnetSet></DescribeSubnetsResponse>`,
});

export const offeringAnswer = (names: string[]) => ({
  xml: `<DescribeInstanceTypeOfferingsResponse><instanceTypeOfferingSet>${list(
    names.map((name) => `<instanceType>m7g.large</instanceType><location>${name}</location>`),
  )}</instanceTypeOfferingSet></DescribeInstanceTypeOfferingsResponse>`,
});

export const stackAnswer = (status: string) => ({
  xml: `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>SanityStack</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
});

export const bootstrapAnswer = (version: string) => ({ json: { Parameter: { Name: 'x', Value: version } } });

export const concurrencyAnswer = (unreserved: number) => ({
  json: { AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: unreserved } },
});

export const CLUSTER_OPERATION =
  'kafka:GET /api/v2/clusters/arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1';
export const BROKERS_OPERATION =
  'kafka:GET /v1/clusters/arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1/bootstrap-brokers';

export const clusterAnswer = (more: object = {}, iam = true) => ({
  json: {
    clusterInfo: {
      clusterType: 'PROVISIONED',
      state: 'ACTIVE',
      provisioned: {
        clientAuthentication: { sasl: { iam: { enabled: iam } } },
        currentBrokerSoftwareInfo: { kafkaVersion: '3.9.x' },
        numberOfBrokerNodes: 2,
      },
      ...more,
    },
  },
});

/** An account in which a deploy of the default stack, and of one next to the cluster "demo", would succeed. */
export const readyAccount: AwsHandlers = {
  'sts:GetCallerIdentity': {
    xml: '<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ann</Arn><UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
  },
  'ssm:GetParameter': bootstrapAnswer('28'),
  'cloudformation:DescribeStacks': { error: 'ValidationError', message: 'Stack with id SanityStack does not exist' },
  'ec2:DescribeAvailabilityZones': zoneAnswer(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']),
  'ec2:DescribeInstanceTypeOfferings': offeringAnswer(['eu-west-1a', 'eu-west-1b', 'eu-west-1c']),
  'kafka:GET /v1/kafka-versions': ({ parameters }) => ({
    // In two pages: what is asked for is on the second.
    json:
      parameters['nextToken'] === undefined
        ? { kafkaVersions: [{ version: '3.5.1', status: 'DEPRECATED' }], nextToken: 'more' }
        : {
            kafkaVersions: [
              { version: '3.8.x', status: 'ACTIVE' },
              { version: '3.9.x.kraft', status: 'ACTIVE' },
            ],
          },
  }),
  'lambda:GET /2016-08-19/account-settings': concurrencyAnswer(1000),
  [CLUSTER_OPERATION]: clusterAnswer(),
  [BROKERS_OPERATION]: {
    json: { bootstrapBrokerStringSaslIam: 'b-1.demo.abc.c1.kafka.eu-west-1.amazonaws.com:9098' },
  },
  'ec2:DescribeSubnets': {
    xml: `<DescribeSubnetsResponse><subnetSet>${list(
      ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'].map(
        (id) => `<subnetId>${id}</subnetId><vpcId>vpc-0123456789abcdef0</vpcId>`,
      ),
    )}</subnetSet></DescribeSubnetsResponse>`,
  },
  'ec2:DescribeSecurityGroups': {
    xml: `<DescribeSecurityGroupsResponse><securityGroupInfo>${list([
      '<groupId>sg-0123456789abcdef0</groupId><vpcId>vpc-0123456789abcdef0</vpcId>',
    ])}</securityGroupInfo></DescribeSecurityGroupsResponse>`,
  },
};
