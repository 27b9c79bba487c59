/** A member, and the partitions that it claims to own. */
export interface StickyMember {
  readonly id: string;
  readonly owned: readonly number[];
  /** When it got them; of two claims on one partition, the later one is valid. */
  readonly since: number;
}

/**
 * Shares partitions evenly (no two members differ by more than one) and moves as few as that allows. Round robin
 * would move nearly all of them at every join, and requests that wait for replies there would fail.
 *
 * Deterministic: the same members and claims give the same assignment, whichever member computes it.
 */
export function assignSticky(
  partitions: readonly number[],
  members: readonly StickyMember[],
): ReadonlyMap<string, number[]> {
  const ordered = [...partitions].sort((a, b) => a - b);
  const claims = claimsOf(ordered, members);
  const byClaims = [...members].sort(
    (a, b) => (claims.get(b.id)?.length ?? 0) - (claims.get(a.id)?.length ?? 0) || (a.id < b.id ? -1 : 1),
  );
  const least = Math.floor(ordered.length / Math.max(1, members.length));
  const withOneMore = ordered.length - least * members.length;

  const assignment = new Map<string, number[]>();
  const kept = new Set<number>();
  byClaims.forEach((member, index) => {
    // Members with the most claims come first and get the larger shares, so that fewer partitions move.
    const quota = least + (index < withOneMore ? 1 : 0);
    const keeps = (claims.get(member.id) ?? []).slice(0, quota);
    for (const partition of keeps) kept.add(partition);
    assignment.set(member.id, keeps);
  });

  const free = ordered.filter((partition) => !kept.has(partition));
  byClaims.forEach((member, index) => {
    const quota = least + (index < withOneMore ? 1 : 0);
    const own = assignment.get(member.id) ?? [];
    own.push(...free.splice(0, quota - own.length));
    own.sort((a, b) => a - b);
  });
  return assignment;
}

/** Each partition counts for the member with the latest claim. */
function claimsOf(partitions: readonly number[], members: readonly StickyMember[]): Map<string, number[]> {
  const claims = new Map<string, number[]>();
  for (const partition of partitions) {
    let owner: StickyMember | undefined;
    for (const member of members) {
      if (!member.owned.includes(partition)) continue;
      const later = owner === undefined || member.since > owner.since;
      if (later || (member.since === owner?.since && member.id < owner.id)) owner = member;
    }
    if (owner === undefined) continue;
    const own = claims.get(owner.id);
    if (own === undefined) claims.set(owner.id, [partition]);
    else own.push(partition);
  }
  return claims;
}
