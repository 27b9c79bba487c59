import type { pubsub_error } from '../../base/error.js';

/**
 * - `idle`: not connected yet, or no longer
 * - `connecting`: before the first success
 * - `ready`: records published now are received; for a worker or requester, what it sends is also acknowledged
 * - `rebalancing`: the group is redistributing its partitions
 * - `recovering`: something that worked before fails now and is retried; `last_error` says what
 * - `failed`: ended by an error that only a person can fix
 * - `closed`: disposed
 */
export type subscriber_state = 'idle' | 'connecting' | 'ready' | 'rebalancing' | 'recovering' | 'failed' | 'closed';

/** What listeners get: the state, and the partitions that this member certainly owns. */
export interface ConsumerSnapshot {
  readonly state: subscriber_state;
  readonly generation: number;
  /** None while the group rebalances, or may have given them away. */
  readonly partitions: readonly number[];
  /** Those among them that brokers answer for: what is published there now is received soon. */
  readonly readable: readonly number[];
  readonly error: pubsub_error | undefined;
}
