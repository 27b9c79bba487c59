import type { KafkaRight } from '../kafka/admin/rights.js';

/** An action of MSK's IAM access control, without its prefix `kafka-cluster:`. */
export type KafkaAction = KafkaRight | 'CreateTopic';

/**
 * The rights that each use of a cluster needs, including those that AWS requires with them (MSK developer guide,
 * "Semantics of IAM authorization policy actions and resources": WriteData needs DescribeTopic, AlterGroup needs
 * DescribeGroup, everything needs Connect).
 *
 * There is no WriteDataIdempotently, because the producers are not idempotent.
 */
export const neededRights = {
  /** On the cluster. */
  logIn: ['Connect'],
  /** On a topic. */
  write: ['DescribeTopic', 'WriteData'],
  read: ['DescribeTopic', 'ReadData'],
  create: ['CreateTopic'],
  /** On a group. */
  join: ['DescribeGroup', 'AlterGroup'],
  deleteGroup: ['DeleteGroup'],
} as const satisfies Readonly<Record<string, readonly KafkaAction[]>>;
