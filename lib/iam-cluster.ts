import { createHash } from 'node:crypto';
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup } from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { CfnCluster } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { BootstrapBrokers } from './bootstrap-brokers.js';
import type { KafkaCluster } from './kafka-cluster.js';
import type { Network } from './network.js';

export interface IamClusterProps {
  readonly network: Network;
  readonly securityGroup: ISecurityGroup;
  /** For example "3.9.x.kraft". */
  readonly kafkaVersion: string;
  /** For example "kafka.m7g.large". */
  readonly instanceType: string;
  /** Of each broker. */
  readonly storageGiB: number;
  /** Properties whose change replaces the cluster; they become part of its name. */
  readonly createOnly: readonly string[];
  /** Enables metrics of each broker, which the alarms need, and which cost money. */
  readonly perBrokerMetrics: boolean;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The smallest MSK cluster with IAM that is available to new accounts: one broker per zone, only IAM authentication,
 * TLS everywhere. It uses the L1 construct, because the alpha L2 by default retains the cluster and gives each broker
 * 1000 GiB.
 */
export class IamCluster extends Construct implements KafkaCluster {
  readonly arn: string;
  readonly bootstrapBrokers: string;
  readonly resource: CfnCluster;
  readonly brokerCount: number;

  constructor(scope: Construct, id: string, props: IamClusterProps) {
    super(scope, id);
    const { instanceType } = props;
    const subnets = props.network.vpc.isolatedSubnets.map((subnet) => subnet.subnetId);
    this.brokerCount = subnets.length;
    // Only this log explains an "Access denied" of a client.
    const logGroup = new logs.LogGroup(this, 'BrokerLogs', {
      retention: logs.RetentionDays.ONE_DAY,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.resource = new CfnCluster(this, 'Resource', {
      clusterName: clusterName(Stack.of(this).stackName, props.createOnly),
      kafkaVersion: props.kafkaVersion,
      numberOfBrokerNodes: this.brokerCount,
      brokerNodeGroupInfo: {
        instanceType,
        clientSubnets: subnets,
        securityGroups: [props.securityGroup.securityGroupId],
        storageInfo: { ebsStorageInfo: { volumeSize: props.storageGiB } },
      },
      clientAuthentication: { sasl: { iam: { enabled: true } }, unauthenticated: { enabled: false } },
      encryptionInfo: { encryptionInTransit: { clientBroker: 'TLS', inCluster: true } },
      enhancedMonitoring: props.perBrokerMetrics ? 'PER_BROKER' : 'DEFAULT',
      loggingInfo: { brokerLogs: { cloudWatchLogs: { enabled: true, logGroup: logGroup.logGroupName } } },
    });
    this.resource.applyRemovalPolicy(props.removalPolicy);
    this.arn = this.resource.attrArn;
    this.bootstrapBrokers = new BootstrapBrokers(this, 'Brokers', {
      clusterArn: this.arn,
      // The addresses change with the brokers.
      changesWith: `${instanceType}-${this.brokerCount}`,
    }).saslIam;
  }
}

/**
 * At most 64 characters, with a hash of the properties that cannot be changed in place: AWS creates the new cluster
 * before it deletes the old one, and both cannot have the same name.
 */
function clusterName(stackName: string, createOnly: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(createOnly)).digest('hex').slice(0, 8);
  return `${stackName.slice(0, 55)}-${hash}`;
}
