/** A member in one generation of its group. */
export interface GenerationOfMember {
  readonly memberId: string;
  readonly generation: number;
}

/**
 * `kept`: every assignment since the last join that this member completed is known, so that no other member had its
 * partitions. `missed`: the group knew it all the time, but made an assignment that it did not get. `new`: the
 * group treats this process as a new member, and has given away its former partitions.
 */
export type Past = 'kept' | 'missed' | 'new';

/** What a member can say of the time between two joins that it completed. */
export function pastOf(before: GenerationOfMember | undefined, now: GenerationOfMember): Past {
  if (before?.memberId !== now.memberId) return 'new';
  // A group that did not have to rebalance answers with the same generation.
  return now.generation === before.generation || now.generation === before.generation + 1 ? 'kept' : 'missed';
}
