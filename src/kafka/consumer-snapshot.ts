import type { pubsub_error } from '../base/error.js';

export type ConsumerState = 'idle' | 'connecting' | 'ready' | 'rebalancing' | 'recovering' | 'failed' | 'closed';

/** What listeners are told: the state, and the partitions this member owns for sure (none unless `ready`). */
export interface ConsumerSnapshot {
  readonly state: ConsumerState;
  readonly generation: number;
  readonly partitions: readonly number[];
  readonly error: pubsub_error | undefined;
}
