import { Deadline, type WaitSubject } from '../base/deadline.js';
import type { CommitBook } from './commit-book.js';
import type { ConsumerSession } from './consumer-session.js';
import { busyUntilOf, type MemberData } from './member-data.js';
import type { GivenPositions, JoinFacts, PositionPolicy, SettleRequest, StartPosition } from './position-policy.js';

export interface CommittedPositionsOptions {
  /** Where a group without commits begins; of given positions, partitions that are not named begin at the oldest record. */
  readonly start: 'earliest' | 'latest' | GivenPositions;
  /** How long to wait for the former owner of a partition to finish and commit what it is handling. */
  readonly handoverMs: number;
}

const POLL_MS = 25;

/**
 * Positions of a subscriber whose group commits: requests.
 *
 * A partition that moves while its former owner is alive rests until that owner has committed the records it was
 * handling, so that a join does not handle them twice.
 */
export class CommittedPositions implements PositionPolicy {
  readonly #book: CommitBook;
  readonly #options: CommittedPositionsOptions;
  /** Where a group without commits begins; partitions that are missing begin at the oldest record. */
  #starts: GivenPositions = new Map();
  /** What the group had committed before this member joined. */
  #stored: ReadonlyMap<number, number | undefined> = new Map();
  #knownPartitions = 0;

  constructor(book: CommitBook, options: CommittedPositionsOptions) {
    this.#book = book;
    this.#options = options;
  }

  async prepare(session: ConsumerSession): Promise<void> {
    const partitions = session.partitionIds();
    if (this.#knownPartitions > 0) return;
    this.#knownPartitions = partitions.length;
    const { start } = this.#options;
    if (start === 'latest') this.#starts = await session.endOffsets(partitions);
    else if (start !== 'earliest') this.#starts = start;
    if (this.#starts.size > 0) this.#stored = await session.committed(partitions);
  }

  memberData(owned: ReadonlyMap<number, number | undefined>, since: number): MemberData {
    return { owned: [...owned.keys()], since, positions: new Map(), busyUntil: this.#book.busyUntil() };
  }

  start(partition: number, { alone, first }: JoinFacts): StartPosition {
    if (!alone || !first) return 'ask';
    const begin = this.#starts.get(partition);
    // Nobody commits while the group is ours alone, so that what was read before the join still holds.
    return begin === undefined || this.#stored.get(partition) !== undefined ? 'stored' : { begin };
  }

  lost(partitions: ReadonlyMap<number, number | undefined>, graceful: boolean): void {
    for (const partition of partitions.keys()) {
      if (graceful) this.#book.depart(partition);
      else this.#book.drop(partition);
    }
  }

  async settle(request: SettleRequest): Promise<ReadonlyMap<number, number>> {
    const { session, partitions, reading, known, facts } = request;
    const committed = await session.committed([...partitions, ...reading]);
    await this.#commitFirstStarts(session, committed, facts);
    for (const partition of reading) {
      const offset = committed.get(partition);
      if (offset !== undefined && this.#book.lastCommitted(partition) === undefined) {
        this.#book.committedElsewhere(partition, offset);
      }
      committed.delete(partition);
    }
    request.ready();
    if (!facts.alone) await this.#waitForFormerOwners(request, committed);
    if (!request.current()) return new Map();

    const found = new Map<number, number>();
    const unread = [...committed].filter(([, offset]) => offset === undefined).map(([partition]) => partition);
    const oldest = await session.startOffsets(unread);
    for (const [partition, offset] of committed) {
      const own = known.get(partition);
      if (own !== undefined && this.#book.lastCommitted(partition) === offset) {
        // Nobody has gone on in our absence: neither do the records that we are handling start again.
        found.set(partition, own);
        continue;
      }
      this.#book.drop(partition);
      const start = offset ?? oldest.get(partition);
      if (start === undefined) continue;
      if (offset !== undefined) this.#book.committedElsewhere(partition, offset);
      found.set(partition, start);
    }
    return found;
  }

  /**
   * A group without commits: the ends as they were before the join (`latest`), or the given positions, become its
   * commits, so that nothing published from now on is skipped, whoever gets the partition next.
   */
  async #commitFirstStarts(
    session: ConsumerSession,
    committed: Map<number, number | undefined>,
    { first }: JoinFacts,
  ): Promise<void> {
    if (this.#options.start === 'earliest' || !first) return;
    const starts = new Map<number, number>();
    for (const [partition, offset] of committed) {
      const begin = this.#starts.get(partition);
      // A partition that came later has nothing that anybody would want to skip.
      if (offset === undefined && begin !== undefined && partition < this.#knownPartitions)
        starts.set(partition, begin);
    }
    if (starts.size === 0) return;
    if (!(await session.commit(starts))) throw new Error('the session ended before the start positions were committed');
    for (const [partition, offset] of starts) committed.set(partition, offset);
  }

  async #waitForFormerOwners(
    { session, partitions, current, deadline }: SettleRequest,
    committed: Map<number, number | undefined>,
  ): Promise<void> {
    const members = await session.members();
    if (members === undefined) return;
    const awaited = new Map<number, number>();
    for (const partition of partitions) {
      const until = busyUntilOf(members, partition);
      if (until !== undefined) awaited.set(partition, until);
    }
    const patience = new Deadline(Math.min(this.#options.handoverMs, deadline.remainingMs()), deadline.signal);
    for (;;) {
      for (const [partition, until] of awaited) if ((committed.get(partition) ?? 0) >= until) awaited.delete(partition);
      if (awaited.size === 0 || patience.over || !current()) return;
      await patience.pause(POLL_MS, handover);
      for (const [partition, offset] of await session.committed([...awaited.keys()])) committed.set(partition, offset);
    }
  }
}

const handover: WaitSubject = { stage: 'positions', what: 'the former owner’s commits' };
