import type { EachBatchPayload } from 'kafkajs';
import type { MemberData } from './member-data.js';

export interface SessionOptions {
  readonly topic: string;
  readonly groupId: string;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly rebalanceTimeoutMs: number;
  readonly fetchMaxWaitMs: number;
  readonly fetchMaxBytes: number;
}

/** What a session tells its owner. All but `batch` are called synchronously inside kafkajs and must not throw. */
export interface SessionHooks {
  /** A join begins; the answer travels to the other members. */
  joining(): MemberData;
  joined(membership: Membership): void;
  batch(payload: EachBatchPayload): Promise<void>;
}

export interface Membership {
  readonly memberId: string;
  /** Sorted numerically; kafkajs sorts them as texts. */
  readonly partitions: readonly number[];
  /** True when this is the group's only member. */
  readonly alone: boolean;
}
