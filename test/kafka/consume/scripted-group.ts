/** A group that takes commits, whose answers the test gives. */
export class ScriptedGroup {
  /** What the group has committed. */
  readonly store = new Map<number, number>();
  /** Every commit that was begun, in order. */
  readonly commits: Record<number, number>[] = [];
  /** What the next commits do instead of succeeding. */
  readonly committing: (() => Promise<boolean>)[] = [];
  /** What the group says of this process. */
  isMember = true;

  readonly commit = async (offsets: ReadonlyMap<number, number>): Promise<boolean> => {
    this.commits.push(Object.fromEntries(offsets));
    if (!((await this.committing.shift()?.()) ?? true)) return false;
    for (const [partition, offset] of offsets) this.store.set(partition, offset);
    return true;
  };
}
