import type { Deadline } from '../../base/deadline.js';
import type { GroupReader } from './group-client.js';
import type { LogPosition } from './leader-epochs.js';
import type { MemberData } from './member-data.js';

/** Offsets by partition, from a caller that knows where reading shall begin. */
export type GivenPositions = ReadonlyMap<number, number>;

/** Where to start reading a partition. */
export interface StartPosition extends LogPosition {
  /** The offset that the group has committed for another topic, if reading starts here because of that. */
  readonly insteadOf?: number | undefined;
}

export interface JoinFacts {
  /** True for the group's only member. */
  readonly alone: boolean;
  /** True for the first join since the member was created. */
  readonly first: boolean;
}

/** How positions are found, kept and handed over: committed positions for requests, live positions for replies. */
export interface PositionPolicy {
  /** Called before the first join, when no rebalance can interfere with reading offsets. */
  prepare(group: GroupReader): Promise<void>;

  /** What the other members receive when this one joins. `owned` are its current partitions, with their positions. */
  memberData(owned: ReadonlyMap<number, number | undefined>, since: number, topicId: string | undefined): MemberData;

  /**
   * Partitions that this member has lost. `graceful`: it was still a member, so that others wait for the records that
   * it handles. The positions are of the topic with this id.
   */
  lost(partitions: ReadonlyMap<number, number | undefined>, graceful: boolean, topicId: string | undefined): void;

  /**
   * Where to start reading partitions that were just assigned. Partitions that are missing in the answer are not
   * read: `find` is called again for them, unless the group joins again. A partition without a leader is one of them,
   * and does not keep the others from being read.
   */
  find(request: FindRequest): Promise<ReadonlyMap<number, StartPosition>>;

  /**
   * Every partition of the last join is read. `count` asks the brokers how many partitions the topic has; undefined:
   * not known, or another join has begun.
   */
  settled(count: () => Promise<number | undefined>): Promise<void>;

  /** This process has left, or was removed: its partitions belong to others, until it joins again as a new member. */
  membershipEnded(): void;

  /** The log has none of the records that were read, and its records may have the same offsets. */
  cutOff(partition: number): void;

  /** The log has lost the records that were read, from this offset on. */
  cutFrom(partition: number, offset: number): void;

  /** Reading continues at this offset: earlier records will never be read. Called after `cutOff` and `cutFrom`. */
  moved(partition: number, offset: number): void;
}

export interface FindRequest {
  readonly group: GroupReader;
  /** Commits offsets for the caller, under its membership. Returns false if it has none now. */
  commit(offsets: ReadonlyMap<number, number>): Promise<boolean>;
  readonly partitions: readonly number[];
  /** The positions of this member in partitions that it owned before it had to join as a new member. */
  readonly known: ReadonlyMap<number, LogPosition>;
  /** The epoch of the leader that wrote the record before this offset, if this member has read it. */
  epochBefore(partition: number, offset: number): number | undefined;
  readonly facts: JoinFacts;
  /** False once another join has begun. */
  current(): boolean;
  readonly deadline: Deadline;
  /**
   * May be called as soon as no record that is published from now on can be missed, although some partitions are not
   * read yet.
   */
  ready(): void;
}
