import type { Deadline } from '../../base/deadline.js';
import type { GroupClient } from './group-client.js';
import type { MemberData } from './member-data.js';

/** Offsets by partition, given by a caller that knows where reading shall begin. */
export type GivenPositions = ReadonlyMap<number, number>;

export interface JoinFacts {
  /** The group's only member. */
  readonly alone: boolean;
  /** The first join since the consumer was made. */
  readonly first: boolean;
}

/** How positions are found, kept and handed over: one way for requests (committed), one for replies (live). */
export interface PositionPolicy {
  /** Before the first join, when no rebalance can interfere with reading offsets. */
  prepare(group: GroupClient): Promise<void>;

  /** What the other members learn when this one joins. `owned` are the partitions it has now, with their positions. */
  memberData(owned: ReadonlyMap<number, number | undefined>, since: number, topicId: string | undefined): MemberData;

  /** Partitions that this member has lost. `graceful`: it was still a member, so that others wait for what it holds. */
  lost(partitions: ReadonlyMap<number, number | undefined>, graceful: boolean): void;

  /**
   * Where partitions that this member has just got are read from. Partitions that are missing in the answer stay at
   * rest: it is asked again, or the group is about to join again.
   */
  find(request: FindRequest): Promise<ReadonlyMap<number, number>>;

  /** A partition's records before this offset are not the ones that were read, or were never there. */
  cutOff(partition: number, offset: number): void;
}

export interface FindRequest {
  readonly group: GroupClient;
  /** The caller commits under its membership. False: it has none now. */
  commit(offsets: ReadonlyMap<number, number>): Promise<boolean>;
  readonly partitions: readonly number[];
  /** Where this member stood on partitions that it had before it had to join as a new one. */
  readonly known: ReadonlyMap<number, number>;
  readonly facts: JoinFacts;
  /** False once another join has begun. */
  current(): boolean;
  readonly deadline: Deadline;
  /** May be called once nothing that is published from now on can be missed, although some partitions are not read yet. */
  ready(): void;
}
