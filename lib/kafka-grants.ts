import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { kafkaArn } from './kafka-cluster.js';
import type { TopicHandle } from './kafka-topic.js';

/**
 * Rights on a Kafka cluster with IAM, by resource, including the actions that each of them requires (AWS:
 * "Authorization policy actions": WriteData needs DescribeTopic, ReadData needs AlterGroup, every action needs
 * Connect).
 *
 * There is no WriteDataIdempotently (the producers are not idempotent), no CreateTopic, and no group except the
 * function's own.
 */
export class KafkaGrants {
  readonly #clusterArn: string;
  readonly #topics = new Map<string, Set<string>>();
  readonly #groups = new Set<string>();

  constructor(clusterArn: string) {
    this.#clusterArn = clusterArn;
  }

  grantProduce(topic: TopicHandle): this {
    return this.#onTopic(topic, 'WriteData');
  }

  /** @param group the prefix of the groups that the function creates, one for each run, and deletes */
  grantConsume(topic: TopicHandle, group: string): this {
    this.#groups.add(group);
    return this.#onTopic(topic, 'ReadData');
  }

  statements(): PolicyStatement[] {
    return [
      statement('Cluster', ['Connect'], [this.#clusterArn]),
      ...[...this.#topics].map(([arn, actions], index) => statement(`Topic${index}`, [...actions], [arn])),
      ...this.groupArns().map((arn, index) =>
        statement(`Groups${index}`, ['DescribeGroup', 'AlterGroup', 'DeleteGroup'], [arn]),
      ),
    ];
  }

  groupArns(): string[] {
    return [...this.#groups].map((group) => kafkaArn(this.#clusterArn, 'group', `${group}-*`));
  }

  #onTopic(topic: TopicHandle, action: string): this {
    const actions = this.#topics.get(topic.arn) ?? new Set(['DescribeTopic']);
    this.#topics.set(topic.arn, actions.add(action));
    return this;
  }
}

function statement(sid: string, actions: readonly string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions: actions.map((action) => `kafka-cluster:${action}`), resources });
}
