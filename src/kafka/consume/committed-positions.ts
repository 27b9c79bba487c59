import { Deadline, type WaitSubject } from '../../base/deadline.js';
import type { CommitBook } from './commit-book.js';
import type { CommittedPosition, GroupMember, GroupReader } from './group-client.js';
import type { LogPosition } from './leader-epochs.js';
import { busyUntilOf, type MemberData } from './member-data.js';
import type { FindRequest, GivenPositions, PositionPolicy, StartPosition } from './position-policy.js';
import { isReplaced } from './topic-id.js';

export interface CommittedPositionsOptions {
  /**
   * Where a group without commits begins. With given positions, partitions that are not named begin at the oldest
   * record.
   */
  readonly start: 'earliest' | 'latest' | GivenPositions;
  /** How long to wait for the former owner of a partition to finish and commit the records that it handles. */
  readonly handoverMs: number;
}

const POLL_MS = 25;
/** The answer has all members of the group. */
const POLL_MEMBERS_MS = 200;

/**
 * Positions of a subscriber whose group commits: requests.
 *
 * A partition whose former owner is still running is not read until that owner has committed the records that it was
 * handling. So no record is handled twice because of a join.
 */
export class CommittedPositions implements PositionPolicy {
  readonly #book: CommitBook;
  readonly #options: CommittedPositionsOptions;
  /** Where a group without commits begins; partitions that are missing begin at the oldest record. */
  #starts: GivenPositions = new Map();
  /** The id of the topic that they are of. */
  #startsOf: string | undefined;
  #knownPartitions = 0;

  constructor(book: CommitBook, options: CommittedPositionsOptions) {
    this.#book = book;
    this.#options = options;
  }

  async prepare(group: GroupReader): Promise<void> {
    const partitions = group.partitionIds();
    if (this.#knownPartitions > 0) return;
    this.#startsOf = group.topicId;
    const { start } = this.#options;
    if (start === 'latest') this.#starts = await group.ends(partitions);
    else if (start !== 'earliest') this.#starts = start;
    this.#knownPartitions = partitions.length;
  }

  memberData(owned: ReadonlyMap<number, number | undefined>, since: number, topicId: string | undefined): MemberData {
    return { owned: [...owned.keys()], since, positions: new Map(), busyUntil: this.#book.busyUntil(), topicId };
  }

  lost(partitions: ReadonlyMap<number, number | undefined>, graceful: boolean): void {
    for (const partition of partitions.keys()) {
      if (graceful) this.#book.depart(partition);
      else this.#book.drop(partition);
    }
  }

  settled(): Promise<void> {
    // A group without commits begins at the same places, however many partitions were added.
    return Promise.resolve();
  }

  membershipEnded(): void {
    this.#book.dropAll();
  }

  cutOff(partition: number): void {
    this.#book.detach(partition);
  }

  cutFrom(partition: number, offset: number): void {
    this.#book.cutFrom(partition, offset);
  }

  /** Committed like an offset that was reached by reading: otherwise the next owner begins at the old position. */
  moved(partition: number, offset: number): void {
    this.#book.passed(partition, offset);
  }

  async find(request: FindRequest): Promise<ReadonlyMap<number, StartPosition>> {
    const { group, partitions, facts } = request;
    const committed = await group.committed(partitions);
    if (!(await this.#commitFirstStarts(request, committed))) return new Map();
    request.ready();
    // A former owner may also be this member itself, in an earlier generation.
    if (!facts.alone || this.#book.isDeparting(partitions)) await this.#waitForFormerOwners(request, committed);
    if (!request.current()) return new Map();

    const found = new Map<number, StartPosition>();
    const unread = [...committed].filter(([, position]) => !isUsable(position)).map(([partition]) => partition);
    const oldest = await group.starts(group.led(unread));
    for (const [partition, position] of committed) {
      this.#book.drop(partition);
      const done = this.#doneWhileLost(partition, position, request);
      if (isUsable(position)) this.#book.committedElsewhere(partition, position.offset);
      if (done !== undefined) {
        this.#book.passed(partition, done.offset);
        found.set(partition, done);
        continue;
      }
      if (isUsable(position)) {
        found.set(partition, { offset: position.offset, epoch: position.epoch });
        continue;
      }
      const offset = oldest.get(partition);
      if (offset !== undefined) found.set(partition, { offset, epoch: undefined, insteadOf: position?.offset });
    }
    return found;
  }

  /** Where this member has handled the records, while it was not the owner of the partition. */
  #doneWhileLost(
    partition: number,
    position: CommittedPosition | undefined,
    { epochBefore }: FindRequest,
  ): LogPosition | undefined {
    if (position?.isOfOtherTopic === true) return undefined;
    const offset = this.#book.doneWhileLost(partition, position?.offset);
    const epoch = offset === undefined ? undefined : epochBefore(partition, offset);
    // Without an epoch, it would not be noticed that the log has lost these records meanwhile.
    return offset === undefined || epoch === undefined ? undefined : { offset, epoch };
  }

  /**
   * In a group without commits, the ends before the join (`latest`) or the given positions become the first commits.
   * So no record that is published from now on is skipped, whichever member gets the partition next.
   *
   * In every join, because a rebalance may have prevented the commit after an earlier one.
   *
   * @returns false if nothing was committed, because the group rebalances
   */
  async #commitFirstStarts(
    { group, commit }: FindRequest,
    committed: Map<number, CommittedPosition | undefined>,
  ): Promise<boolean> {
    if (this.#options.start === 'earliest') return true;
    // Of a topic that was created again since then, no record is to be skipped.
    if (isReplaced(this.#startsOf, group.topicId)) return true;
    const starts = new Map<number, number>();
    for (const [partition, position] of committed) {
      const begin = this.#starts.get(partition);
      // In a partition that was added later, no record is to be skipped; nor where the commit of another topic says that
      // the group was here before.
      if (position === undefined && begin !== undefined && partition < this.#knownPartitions)
        starts.set(partition, begin);
    }
    if (starts.size === 0) return true;
    if (!(await commit(starts))) return false;
    for (const [partition, offset] of starts)
      committed.set(partition, { offset, epoch: undefined, isOfOtherTopic: false });
    return true;
  }

  async #waitForFormerOwners(
    { group, partitions, current, deadline }: FindRequest,
    committed: Map<number, CommittedPosition | undefined>,
  ): Promise<void> {
    const patience = new Deadline(Math.min(this.#options.handoverMs, deadline.remainingMs()), deadline.signal);
    const members = await this.#membersOf(group, current, patience);
    const others = members.map(({ data }) => data).filter(({ topicId }) => !isReplaced(topicId, group.topicId));
    const awaited = new Map<number, number>();
    for (const partition of partitions) {
      const until = busyUntilOf(others, partition);
      if (until !== undefined) awaited.set(partition, until);
    }
    for (;;) {
      for (const [partition, until] of awaited)
        if (isCommittedUntil(committed.get(partition), until)) awaited.delete(partition);
      if (awaited.size === 0 || patience.over || !current()) return;
      await patience.pause(POLL_MS, handover);
      for (const [partition, position] of await group.committed([...awaited.keys()]))
        committed.set(partition, position);
    }
  }

  /**
   * A group that rebalances again does not say what its members handle. Usually this member joins again then; until
   * it knows, it must not read what a former owner may still be handling.
   */
  async #membersOf(group: GroupReader, current: () => boolean, patience: Deadline): Promise<readonly GroupMember[]> {
    for (;;) {
      const members = await group.members();
      if (members !== undefined) return members;
      if (patience.over || !current()) return [];
      await patience.pause(POLL_MEMBERS_MS, handover);
    }
  }
}

function isCommittedUntil(position: CommittedPosition | undefined, until: number): boolean {
  return isUsable(position) ? position.offset >= until : until <= 0;
}

function isUsable(
  position: CommittedPosition | undefined,
): position is CommittedPosition & { readonly isOfOtherTopic: false } {
  return position?.isOfOtherTopic === false;
}

const handover: WaitSubject = { stage: 'positions', what: 'the former owner’s commits' };
