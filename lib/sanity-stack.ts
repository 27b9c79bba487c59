import { RemovalPolicy, Stack, Tags, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { functionDescriptors, perFunction, type FunctionName, type TopicRole } from '../lambda/functions.js';
import { METRICS_VARIABLE } from '../lambda/names/metrics.js';
import { clusterArns } from '../src/cdk/cluster-arns.js';
import { KafkaGrants } from '../src/grants/kafka-grants.js';
import { brokerIdsOf, type MonitoredCluster } from './broker-alarms.js';
import type { FunctionNetwork } from './bundled-function.js';
import type { OwnClusterOptions, StackOptions } from './context.js';
import { ExistingAccess } from './existing-access.js';
import type { ExistingClusterOptions } from './context.js';
import { functionVariables } from './function-variables.js';
import { IamCluster } from './iam-cluster.js';
import type { KafkaCluster } from './kafka-cluster.js';
import { KafkaTopic, type KafkaTopicProps, type TopicHandle } from './kafka-topic.js';
import { groupPrefix, sanityFunction } from './naming.js';
import { Network } from './network.js';
import { Operations } from './operations.js';
import { PubsubFunction } from './pubsub-function.js';
import { ScheduledSanity } from './scheduled-sanity.js';
import { writeOutputs } from './stack-outputs.js';

export interface SanityStackProps extends StackProps {
  readonly options: StackOptions;
}

interface Surroundings {
  readonly cluster: KafkaCluster;
  readonly network: FunctionNetwork;
  readonly topics: Readonly<Record<TopicRole, TopicHandle>>;
  readonly madeTopics: boolean;
  /** @default none: only AWS knows the brokers */
  readonly monitored: MonitoredCluster | undefined;
  /** The rule that was added to the brokers' security group. @default none */
  readonly addedRule: string | undefined;
}

const descriptions: Readonly<Record<FunctionName, string>> = {
  publisher: 'Sanity environment: reads end offsets, publishes frames, sends requests and waits for replies',
  worker: 'Sanity environment: answers the frames of one run',
  reply_to: 'Sanity environment: collects the replies of one run',
};

/**
 * The sanity environment: its own cluster or an existing one, two topics, three functions. After the stack is deleted,
 * nothing remains that costs money.
 */
export class SanityStack extends Stack {
  constructor(scope: Construct, id: string, props: SanityStackProps) {
    super(scope, id, {
      description: 'Request/reply over Kafka: a sanity environment (easy-pubsub)',
      ...props,
    });
    const { options } = props;
    const around =
      options.cluster.kind === 'own' ? this.own(options, options.cluster) : this.existing(options, options.cluster);
    const functions = perFunction((name) => this.pubsubFunction(name, around, options));
    const { schedule, operations } = options;
    const sanity =
      schedule === undefined
        ? undefined
        : new ScheduledSanity(this, sanityFunction.id, { schedule, functions, ownTopics: around.madeTopics });
    if (operations !== undefined) {
      new Operations(this, 'Operations', {
        functions,
        scheduled: sanity === undefined || schedule === undefined ? undefined : { function: sanity, schedule },
        cluster: around.monitored,
        alarmTopicArn: operations.alarmTopicArn,
      });
    }
    writeOutputs(this, { ...around, functions, sanity });
    Tags.of(this).add('easy-pubsub:stack', this.stackName);
  }

  private own(options: StackOptions, own: OwnClusterOptions): Surroundings {
    const network = new Network(this, 'Network', {
      zones: own.azs,
      cidr: own.vpcCidr,
      availabilityZones: own.availabilityZones,
    });
    const cluster = new IamCluster(this, 'Cluster', {
      network,
      securityGroup: network.brokers,
      kafkaVersion: own.kafkaVersion,
      instanceType: own.instanceType,
      storageGiB: own.storageGiB,
      createOnly: [
        String(own.azs),
        own.vpcCidr,
        own.kafkaVersion.endsWith('.kraft') ? 'kraft' : 'zookeeper',
        ...(own.availabilityZones ?? []),
      ],
      perBrokerMetrics: options.operations !== undefined,
      removalPolicy: own.removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const topics = this.topics({
      clusterArn: cluster.arn,
      partitions: options.partitions,
      retentionHours: options.retentionHours,
      replicationFactor: own.azs,
      // They are deleted with their cluster; a DeleteTopic during maintenance of a broker would make the deletion fail.
      removalPolicy: RemovalPolicy.RETAIN,
      names: { worker: 'worker', reply_to: 'reply_to' },
    });
    return {
      cluster,
      topics,
      madeTopics: true,
      addedRule: undefined,
      monitored: {
        name: cluster.resource.clusterName,
        brokerIds: Array.from({ length: cluster.brokerCount }, (_, index) => String(index + 1)),
        perBrokerLevel: true,
      },
      network: {
        vpc: network.vpc,
        subnets: { subnets: network.vpc.isolatedSubnets },
        securityGroup: network.functions,
      },
    };
  }

  private existing(options: StackOptions, existing: ExistingClusterOptions): Surroundings {
    const access = new ExistingAccess(this, 'Access', existing);
    // Its monitoring level is unknown here, but every cluster has DEFAULT. Serverless has other metrics, and AWS
    // operates its brokers.
    const monitored = /\.kafka-serverless\./.test(existing.bootstrapBrokers)
      ? undefined
      : {
          name: existing.clusterArn.split('/')[1] ?? '',
          brokerIds: brokerIdsOf(existing.bootstrapBrokers),
          perBrokerLevel: false,
        };
    const names = {
      worker: existing.workerTopic,
      reply_to: existing.replyToTopic,
    };
    const handle = (name: string): TopicHandle => ({ name, arn: clusterArns(existing.clusterArn).of('topic', name) });
    const topics = existing.createTopics
      ? this.topics({
          clusterArn: existing.clusterArn,
          partitions: options.partitions,
          retentionHours: options.retentionHours,
          replicationFactor: existing.replicationFactor,
          removalPolicy: RemovalPolicy.DESTROY,
          names,
        })
      : { worker: handle(names.worker), reply_to: handle(names.reply_to) };
    return {
      cluster: { arn: existing.clusterArn, bootstrapBrokers: existing.bootstrapBrokers },
      topics,
      madeTopics: existing.createTopics,
      monitored,
      network: access.network,
      addedRule: access.rule?.attrId,
    };
  }

  private topics({
    names,
    ...props
  }: Omit<KafkaTopicProps, 'topicName'> & { names: Record<TopicRole, string> }): Record<TopicRole, KafkaTopic> {
    const worker = new KafkaTopic(this, 'WorkerTopic', { ...props, topicName: names.worker });
    const replyTo = new KafkaTopic(this, 'ReplyToTopic', { ...props, topicName: names.reply_to });
    // One after the other, because the service answers concurrent requests with "conflict" or "too many requests".
    replyTo.node.addDependency(worker);
    return { worker, reply_to: replyTo };
  }

  private pubsubFunction(
    name: FunctionName,
    { cluster, topics, network }: Surroundings,
    { client, operations }: StackOptions,
  ): PubsubFunction {
    const { id, source, reads, writes } = functionDescriptors[name];
    const group = groupPrefix(this.stackName, name);
    const grants = new KafkaGrants(clusterArns(cluster.arn));
    for (const role of ['worker', 'reply_to'] as const) {
      // It creates a group for each run, and deletes it.
      if (role === reads) grants.read(topics[role].arn, { prefix: group });
      if (role === writes) grants.write(topics[role].arn);
    }
    return new PubsubFunction(this, id, {
      source,
      client,
      description: descriptions[name],
      network,
      variables: {
        ...(operations === undefined ? {} : { [METRICS_VARIABLE]: this.stackName }),
        ...functionVariables({
          client,
          brokers: cluster.bootstrapBrokers,
          workerTopic: topics.worker.name,
          replyToTopic: topics.reply_to.name,
          clientId: group,
          group,
          reads,
        }),
      },
      grants,
    });
  }
}
