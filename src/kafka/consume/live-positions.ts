import type { GroupReader } from './group-client.js';
import type { LogPosition } from './leader-epochs.js';
import { latestClaim, type ClaimedPosition, type MemberData } from './member-data.js';
import type { FindRequest, GivenPositions, PositionPolicy } from './position-policy.js';
import { isReplaced } from './topic-id.js';

/** How long a member remembers its position in a partition that it gave up. */
const REMEMBER_MS = 60_000;

/**
 * Positions of a subscriber that commits nothing and reads what is published from now on: replies.
 *
 * A group's first member begins at the ends before it joined. If a partition moves to another member, reading
 * continues where the first one stopped: each member sends its positions when it joins. If the former owner crashed,
 * reading begins a little before the crash.
 */
export class LivePositions implements PositionPolicy {
  readonly #deathWindowMs: number;
  readonly #given: GivenPositions;
  #ends = new Map<number, number>();
  /** The id of the topic that the ends are of. */
  #endsOf: string | undefined;
  /** How many partitions there were at the last join: those that were added later are read from their beginning. */
  #knownPartitions = 0;
  /** With the id of the topic that the position is of. */
  readonly #released = new Map<number, { readonly claim: ClaimedPosition; readonly of: string | undefined }>();

  /**
   * @param sessionTimeoutMs after which the group removes a member that does not answer
   * @param given where to begin instead of at the ends
   */
  constructor(sessionTimeoutMs: number, given: GivenPositions = new Map()) {
    this.#given = given;
    this.#deathWindowMs = sessionTimeoutMs + 5_000;
  }

  async prepare(group: GroupReader): Promise<void> {
    const partitions = group.partitionIds();
    this.#endsOf = group.topicId;
    this.#ends = new Map([...(await group.ends(partitions)), ...this.#given]);
    this.#knownPartitions = partitions.length;
  }

  memberData(owned: ReadonlyMap<number, number | undefined>, since: number, topicId: string | undefined): MemberData {
    const positions = new Map<number, ClaimedPosition>();
    for (const [partition, { claim, of }] of this.#released) {
      if (Date.now() - claim.since < REMEMBER_MS && !isReplaced(of, topicId)) positions.set(partition, claim);
      else this.#released.delete(partition);
    }
    for (const [partition, offset] of owned)
      if (offset !== undefined) positions.set(partition, { offset, since: Date.now() });
    return { owned: [...owned.keys()], since, positions, busyUntil: new Map(), topicId };
  }

  lost(partitions: ReadonlyMap<number, number | undefined>, _graceful: boolean, topicId: string | undefined): void {
    for (const [partition, offset] of partitions) {
      if (offset !== undefined) this.#released.set(partition, { claim: { offset, since: Date.now() }, of: topicId });
    }
  }

  membershipEnded(): void {
    // Replies are read by every member for itself: nothing has to be given up.
  }

  cutOff(partition: number): void {
    this.#released.delete(partition);
    this.#ends.delete(partition);
  }

  cutFrom(partition: number): void {
    this.cutOff(partition);
  }

  moved(): void {
    // The next join tells the others the position.
  }

  async find({ group, partitions, known, facts, current }: FindRequest): Promise<ReadonlyMap<number, LogPosition>> {
    if (isReplaced(this.#endsOf, group.topicId)) this.#ends.clear();
    const found = new Map<number, LogPosition>();
    const foundAt = (partition: number, offset: number): unknown => found.set(partition, { offset, epoch: undefined });
    let unknown: number[] = [];
    for (const partition of partitions) {
      const position = known.get(partition);
      const end = facts.alone && facts.first ? this.#ends.get(partition) : undefined;
      if (position !== undefined) found.set(partition, position);
      else if (end !== undefined) foundAt(partition, end);
      else unknown.push(partition);
    }
    if (unknown.length > 0) {
      const members = await group.members();
      if (members === undefined || !current()) return new Map();
      const others = members.map(({ data }) => data).filter(({ topicId }) => !isReplaced(topicId, group.topicId));
      const fresh = facts.first && others.every((member) => member.positions.size === 0);
      for (const partition of unknown) {
        const claim = latestClaim(others, partition);
        const offset = claim?.offset ?? (fresh ? this.#ends.get(partition) : undefined);
        if (offset !== undefined) foundAt(partition, offset);
      }
      unknown = unknown.filter((partition) => !found.has(partition));
      for (const [partition, offset] of await this.#afterADeath(group, unknown)) foundAt(partition, offset);
    }
    return found;
  }

  async settled(count: () => Promise<number | undefined>): Promise<void> {
    this.#knownPartitions = Math.max(this.#knownPartitions, (await count()) ?? 0);
  }

  async #afterADeath(group: GroupReader, partitions: readonly number[]): Promise<Map<number, number>> {
    const led = group.led(partitions);
    if (led.length === 0) return new Map();
    // The ends are read first: what is published while the older offsets are looked up comes after them.
    const ends = await group.ends(led);
    const recent = await group.since(led, Date.now() - this.#deathWindowMs);
    const grown = await group.starts(led.filter((partition) => partition >= this.#knownPartitions));
    return new Map([...ends, ...recent, ...grown]);
  }
}
