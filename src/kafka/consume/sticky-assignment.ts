/** A member, and the partitions it says it owns. */
export interface StickyMember {
  readonly id: string;
  readonly owned: readonly number[];
  /** When it got them; the later of two claims on one partition is right. */
  readonly since: number;
}

/**
 * Shares partitions evenly (no two members differ by more than one) and moves as few as that allows. Round robin
 * would move nearly all of them at every join, and kill the requests that wait for replies there.
 *
 * Deterministic: the same members and claims give the same answer, whichever member computes it.
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
    // Who owns most already gets the odd ones: nothing has to move for them.
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
