import type { Deadline } from '../base/deadline.js';
import type { ConsumerSession } from './consumer-session.js';
import type { MemberData } from './member-data.js';

/** Offsets by partition, given by whoever knows where reading shall begin. */
export type GivenPositions = ReadonlyMap<number, number>;

/** Where a partition that this member has just got is read from. */
export type StartPosition =
  /** This offset. */
  | number
  /** This offset, once `settle` has made it known to the group; it is read from at once. */
  | { readonly begin: number }
  /** What the group has committed, or else the oldest record: kafkajs finds that itself. */
  | 'stored'
  /** Only brokers or other members can tell: the partition rests until `settle` has answered. */
  | 'ask';

export interface JoinFacts {
  /** The group's only member. */
  readonly alone: boolean;
  /** The first join since the consumer was made. */
  readonly first: boolean;
}

/** How positions are found, kept and handed over: one way for requests (committed), one for replies (live). */
export interface PositionPolicy {
  /** Before a session joins, while every offset can be read in peace. */
  prepare(session: ConsumerSession): Promise<void>;

  /** What the others are told when this member joins. `owned` are the partitions it has now, with their positions. */
  memberData(owned: ReadonlyMap<number, number | undefined>, since: number): MemberData;

  /**
   * Called synchronously at a join: no network here.
   *
   * @param known where this member stood on the partition before it had to join as a new one
   */
  start(partition: number, facts: JoinFacts, known: number | undefined): StartPosition;

  /** Partitions that this member has lost. `graceful`: it was still a member, so that others wait for what it holds. */
  lost(partitions: ReadonlyMap<number, number | undefined>, graceful: boolean): void;

  /**
   * Answers for the partitions whose start was `ask`. Partitions that are missing in the answer stay at rest: it is
   * asked again, or the group is about to join anew.
   */
  settle(request: SettleRequest): Promise<ReadonlyMap<number, number>>;
}

export interface SettleRequest {
  readonly session: ConsumerSession;
  /** Those whose start was `ask`. */
  readonly partitions: readonly number[];
  /** Those whose start was `stored` or `begin`: they are read already. */
  readonly reading: readonly number[];
  /** Where this member stood on partitions that it had before it had to join as a new one. */
  readonly known: ReadonlyMap<number, number>;
  readonly facts: JoinFacts;
  /** False once another join has begun. */
  current(): boolean;
  readonly deadline: Deadline;
  /** May be called once nothing that is published from now on can be missed, although partitions still rest. */
  ready(): void;
}
