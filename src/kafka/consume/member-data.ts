/**
 * What a group member sends to the others each time it joins. Kafka carries these bytes and does not read them. They
 * make an assignment sticky, and hand a partition over without a gap and without handling a record twice.
 */
export interface MemberData {
  /** Partitions that this member owns now. */
  readonly owned: readonly number[];
  /** Wall clock (ms) at which it got them. If two members claim a partition, the later claim is valid. */
  readonly since: number;
  /** The offset of the first record that was not delivered, per partition that is owned or was given up lately. */
  readonly positions: ReadonlyMap<number, ClaimedPosition>;
  /** The offset up to which records are being handled, per partition; its commit will follow. */
  readonly busyUntil: ReadonlyMap<number, number>;
  /** The topic of this data: the topic may have been replaced by another one of the same name. */
  readonly topicId: string | undefined;
}

export interface ClaimedPosition {
  readonly offset: number;
  /** Wall clock (ms) of the claim. */
  readonly since: number;
}

export const noMemberData: MemberData = {
  owned: [],
  since: 0,
  positions: new Map(),
  busyUntil: new Map(),
  topicId: undefined,
};

const VERSION = 1;

export function encodeMemberData({ owned, since, positions, busyUntil, topicId }: MemberData): Buffer {
  return Buffer.from(
    JSON.stringify({
      v: VERSION,
      o: owned,
      s: since,
      p: [...positions].map(([partition, claim]) => [partition, claim.offset, claim.since]),
      b: [...busyUntil],
      t: topicId,
    }),
  );
}

/** Bytes of another version, or of another client, count as a member that owns nothing. */
export function decodeMemberData(bytes: Buffer | null | undefined): MemberData {
  if (bytes === null || bytes === undefined || bytes.length === 0) return noMemberData;
  try {
    const data = JSON.parse(bytes.toString()) as {
      v: number;
      o: number[];
      s: number;
      p: number[][];
      b: number[][];
      t?: string;
    };
    if (data.v !== VERSION) return noMemberData;
    const positions = new Map<number, ClaimedPosition>();
    for (const [partition, offset, since] of data.p) {
      if (partition !== undefined && offset !== undefined && since !== undefined)
        positions.set(partition, { offset, since });
    }
    const busyUntil = new Map<number, number>();
    for (const [partition, until] of data.b) {
      if (partition !== undefined && until !== undefined) busyUntil.set(partition, until);
    }
    return { owned: data.o, since: data.s, positions, busyUntil, topicId: data.t };
  } catch {
    return noMemberData;
  }
}

/** The latest claim of these members on a partition's position. */
export function latestClaim(members: readonly MemberData[], partition: number): ClaimedPosition | undefined {
  let latest: ClaimedPosition | undefined;
  for (const { positions } of members) {
    const claim = positions.get(partition);
    if (claim !== undefined && (latest === undefined || claim.since > latest.since)) latest = claim;
  }
  return latest;
}

/** The offset up to which any of these members still handles records of a partition. */
export function busyUntilOf(members: readonly MemberData[], partition: number): number | undefined {
  let latest: number | undefined;
  for (const { busyUntil } of members) {
    const until = busyUntil.get(partition);
    if (until !== undefined && (latest === undefined || until > latest)) latest = until;
  }
  return latest;
}
