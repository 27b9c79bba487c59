import type { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';

/** A topic as functions see it. */
export interface TopicHandle {
  readonly name: string;
  readonly arn: string;
}

export interface KafkaTopicProps {
  readonly clusterArn: string;
  readonly topicName: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly retentionHours: number;
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A topic created through the service's API: no function in the VPC, no Kafka client in the deployment. Needs a provisioned
 * cluster with Kafka 3.6 or newer.
 *
 * Important settings are explicit, because the defaults of an existing cluster are unknown here.
 */
export class KafkaTopic extends Construct implements TopicHandle {
  readonly name: string;
  readonly arn: string;
  readonly resource: CfnTopic;

  constructor(scope: Construct, id: string, props: KafkaTopicProps) {
    super(scope, id);
    const { replicationFactor } = props;
    const configs = {
      'cleanup.policy': 'delete',
      'retention.ms': String(props.retentionHours * 3_600_000),
      // One broker may be down.
      'min.insync.replicas': String(Math.max(1, replicationFactor - 1)),
      'unclean.leader.election.enable': 'false',
    };
    this.name = props.topicName;
    this.resource = new CfnTopic(this, 'Resource', {
      clusterArn: props.clusterArn,
      topicName: props.topicName,
      partitionCount: props.partitions,
      replicationFactor,
      // Base64 of a JSON object whose values are strings. AWS's page says only "Base64"; terraform-provider-aws has the
      // details.
      configs: Buffer.from(JSON.stringify(configs)).toString('base64'),
    });
    this.resource.applyRemovalPolicy(props.removalPolicy);
    this.arn = this.resource.attrTopicArn;
  }
}
