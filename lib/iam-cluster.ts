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
  /** What makes AWS replace the cluster when it changes; becomes part of its name. */
  readonly createOnly: readonly string[];
  /** Metrics of each broker, which the alarms need, and which cost money. */
  readonly perBrokerMetrics: boolean;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * The smallest MSK cluster that new accounts get and that knows IAM: one broker per zone, IAM as the only way in, TLS
 * everywhere. The L1 construct, because the alpha L2 retains the cluster, and 1000 GiB per broker, by default.
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
    // "Access denied" of a client is explained here and nowhere else.
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
      // The addresses change when the brokers do.
      changesWith: `${instanceType}-${this.brokerCount}`,
    }).saslIam;
  }
}

/**
 * At most 64 characters. With a hash of what cannot be changed in place: AWS makes a replacement before it deletes the
 * old cluster, and two of one name cannot be.
 */
function clusterName(stackName: string, createOnly: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify(createOnly)).digest('hex').slice(0, 8);
  return `${stackName.slice(0, 55)}-${hash}`;
}
