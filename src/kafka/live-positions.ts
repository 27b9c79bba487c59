import type { ConsumerSession } from './consumer-session.js';
import { latestClaim, type ClaimedPosition, type MemberData } from './member-data.js';
import type { GivenPositions, JoinFacts, PositionPolicy, SettleRequest, StartPosition } from './position-policy.js';

/** How long a member remembers where it stood on a partition that it gave up. */
const REMEMBER_MS = 60_000;

/**
 * Positions of a subscriber that commits nothing and wants what is published from now on: replies.
 *
 * A group's first member begins at the ends as they were before it joined. A partition that moves from one member to
 * another goes on where the first one stopped: each member tells its positions when it joins. One whose owner died
 * without a word is read from a little before its death.
 */
export class LivePositions implements PositionPolicy {
  readonly #deathWindowMs: number;
  readonly #given: GivenPositions;
  #ends = new Map<number, number>();
  #knownPartitions = 0;
  readonly #released = new Map<number, ClaimedPosition>();

  /**
   * @param sessionTimeoutMs after which the group notices that a member is dead
   * @param given where to begin instead of at the ends
   */
  constructor(sessionTimeoutMs: number, given: GivenPositions = new Map()) {
    this.#given = given;
    this.#deathWindowMs = sessionTimeoutMs + 5_000;
  }

  async prepare(session: ConsumerSession): Promise<void> {
    const partitions = session.partitionIds();
    this.#ends = new Map([...(await session.endOffsets(partitions)), ...this.#given]);
    if (this.#knownPartitions === 0) this.#knownPartitions = partitions.length;
  }

  memberData(owned: ReadonlyMap<number, number | undefined>, since: number): MemberData {
    const positions = new Map<number, ClaimedPosition>();
    for (const [partition, claim] of this.#released) {
      if (Date.now() - claim.since < REMEMBER_MS) positions.set(partition, claim);
      else this.#released.delete(partition);
    }
    for (const [partition, offset] of owned)
      if (offset !== undefined) positions.set(partition, { offset, since: Date.now() });
    return { owned: [...owned.keys()], since, positions, busyUntil: new Map() };
  }

  start(partition: number, { alone, first }: JoinFacts, known: number | undefined): StartPosition {
    if (known !== undefined) return known;
    return alone && first ? (this.#ends.get(partition) ?? 'ask') : 'ask';
  }

  lost(partitions: ReadonlyMap<number, number | undefined>): void {
    for (const [partition, offset] of partitions) {
      if (offset !== undefined) this.#released.set(partition, { offset, since: Date.now() });
    }
  }

  async settle({ session, partitions, facts, current }: SettleRequest): Promise<ReadonlyMap<number, number>> {
    const members = await session.members();
    if (members === undefined || !current()) return new Map();
    const fresh = facts.first && members.every((member) => member.positions.size === 0);
    const unclaimed: number[] = [];
    const found = new Map<number, number>();
    for (const partition of partitions) {
      const claim = latestClaim(members, partition);
      const end = this.#ends.get(partition);
      if (claim !== undefined) found.set(partition, claim.offset);
      else if (fresh && end !== undefined) found.set(partition, end);
      else unclaimed.push(partition);
    }
    for (const [partition, offset] of await this.#afterADeath(session, unclaimed)) found.set(partition, offset);
    this.#knownPartitions = Math.max(this.#knownPartitions, session.partitionIds().length);
    return found;
  }

  async #afterADeath(session: ConsumerSession, partitions: readonly number[]): Promise<Map<number, number>> {
    if (partitions.length === 0) return new Map();
    // The ends first: what is published while we ask for the older offsets is behind them.
    const ends = await session.endOffsets(partitions);
    const recent = await session.offsetsSince(partitions, Date.now() - this.#deathWindowMs);
    const grown = await session.startOffsets(partitions.filter((partition) => partition >= this.#knownPartitions));
    return new Map([...ends, ...recent, ...grown]);
  }
}
