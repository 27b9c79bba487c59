/** Partitions and replicas of a new topic. */
export interface NewTopics {
  readonly partitions: number;
  readonly replicationFactor: number;
}

/**
 * Topics of `topics create` and of a sanity run, which also measures: enough partitions for several leaders, and for
 * groups to divide. One replica, because a broker on a laptop has no other.
 */
export const commandTopics: NewTopics = { partitions: 6, replicationFactor: 1 };

/**
 * Topics of the stack, and of the local Kafkas that replace a deployed one (rehearsal, gateway, `easy-pubsub/testing`):
 * MSK limits the partitions of a broker, and its two brokers allow two replicas.
 */
export const deployedTopics: NewTopics = { partitions: 3, replicationFactor: 2 };
