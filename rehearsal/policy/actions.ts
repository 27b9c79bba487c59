import type { AclOperation, AclResourceType } from '../../src/kafka/admin/acls.js';
import { matchesAction } from './wildcard.js';

/** The kind of resource that an action applies to: the first part of the last field of an ARN. */
export const resourceKinds = ['cluster', 'topic', 'group', 'transactional-id'] as const;
export type ResourceKind = (typeof resourceKinds)[number];

/** Kafka's name of each kind: in its ACLs, and in the lines of its authorizer's log. */
export const kindNames = {
  cluster: { acl: 'CLUSTER', log: 'Cluster' },
  topic: { acl: 'TOPIC', log: 'Topic' },
  group: { acl: 'GROUP', log: 'Group' },
  'transactional-id': { acl: 'TRANSACTIONAL_ID', log: 'TransactionalId' },
} as const satisfies Record<ResourceKind, { acl: AclResourceType; log: string }>;

export interface KafkaAction {
  readonly kind: ResourceKind;
  /** The equivalent ACL operation; undefined for Connect, which has no ACL in Kafka. */
  readonly operation: AclOperation | undefined;
}

/**
 * Every action on a cluster's data, with the ACL operation that is equivalent according to AWS (MSK developer guide,
 * "Semantics of IAM authorization policy actions and resources", and the service authorization reference).
 */
export const kafkaActions = {
  'kafka-cluster:Connect': { kind: 'cluster', operation: undefined },
  'kafka-cluster:DescribeCluster': { kind: 'cluster', operation: 'DESCRIBE' },
  'kafka-cluster:AlterCluster': { kind: 'cluster', operation: 'ALTER' },
  'kafka-cluster:DescribeClusterDynamicConfiguration': { kind: 'cluster', operation: 'DESCRIBE_CONFIGS' },
  'kafka-cluster:AlterClusterDynamicConfiguration': { kind: 'cluster', operation: 'ALTER_CONFIGS' },
  'kafka-cluster:WriteDataIdempotently': { kind: 'cluster', operation: 'IDEMPOTENT_WRITE' },
  'kafka-cluster:CreateTopic': { kind: 'topic', operation: 'CREATE' },
  'kafka-cluster:DescribeTopic': { kind: 'topic', operation: 'DESCRIBE' },
  'kafka-cluster:AlterTopic': { kind: 'topic', operation: 'ALTER' },
  'kafka-cluster:DeleteTopic': { kind: 'topic', operation: 'DELETE' },
  'kafka-cluster:DescribeTopicDynamicConfiguration': { kind: 'topic', operation: 'DESCRIBE_CONFIGS' },
  'kafka-cluster:AlterTopicDynamicConfiguration': { kind: 'topic', operation: 'ALTER_CONFIGS' },
  'kafka-cluster:ReadData': { kind: 'topic', operation: 'READ' },
  'kafka-cluster:WriteData': { kind: 'topic', operation: 'WRITE' },
  'kafka-cluster:DescribeGroup': { kind: 'group', operation: 'DESCRIBE' },
  'kafka-cluster:AlterGroup': { kind: 'group', operation: 'READ' },
  'kafka-cluster:DeleteGroup': { kind: 'group', operation: 'DELETE' },
  'kafka-cluster:DescribeTransactionalId': { kind: 'transactional-id', operation: 'DESCRIBE' },
  'kafka-cluster:AlterTransactionalId': { kind: 'transactional-id', operation: 'WRITE' },
} as const satisfies Record<string, KafkaAction>;

export type KafkaActionName = keyof typeof kafkaActions;
export const kafkaActionNames = Object.keys(kafkaActions) as readonly KafkaActionName[];

/** The action that is equivalent to an ACL operation, if there is one. */
export function actionOf(kind: ResourceKind, operation: AclOperation): KafkaActionName | undefined {
  return kafkaActionNames.find(
    (name) => kafkaActions[name].kind === kind && kafkaActions[name].operation === operation,
  );
}

/** The actions on a cluster's data that match a pattern of a policy. */
export function actionsMatching(pattern: string): KafkaActionName[] {
  return kafkaActionNames.filter((name) => matchesAction(pattern, name));
}
