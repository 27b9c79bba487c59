import type { pubsub_error } from '../../base/error.js';

export type ConsumerState = 'idle' | 'connecting' | 'ready' | 'rebalancing' | 'recovering' | 'failed' | 'closed';

/** What listeners are told: the state, and the partitions this member owns for sure. */
export interface ConsumerSnapshot {
  readonly state: ConsumerState;
  readonly generation: number;
  /** None while the group rebalances, or may have given them away. */
  readonly partitions: readonly number[];
  /** Those among them that brokers answer for: what is published there now is received soon. */
  readonly readable: readonly number[];
  readonly error: pubsub_error | undefined;
}
