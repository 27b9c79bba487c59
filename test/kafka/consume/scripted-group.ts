import type { pubsub_error } from '../../../src/base/error.js';
import type { Standing } from '../../../src/kafka/consume/commit-book.js';

/** A group whose answers to commits are chosen by the test. */
export class ScriptedGroup {
  /** What the group has committed. */
  readonly store = new Map<number, number>();
  /** Every commit that was started, in order. */
  readonly commits: Record<number, number>[] = [];
  /** What the next commits do instead of succeeding. */
  readonly committing: (() => Promise<boolean>)[] = [];
  /** What this process is in the group. */
  standing: Standing = 'member';
  topicId: string | undefined;
  ended: pubsub_error | undefined;

  readonly commit = async (offsets: ReadonlyMap<number, number>): Promise<boolean> => {
    this.commits.push(Object.fromEntries(offsets));
    if (!((await this.committing.shift()?.()) ?? true)) return false;
    for (const [partition, offset] of offsets) this.store.set(partition, offset);
    return true;
  };
}
