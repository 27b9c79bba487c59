import { Deadline } from '../../src/base/deadline.js';
import { thrownText } from '../../src/base/thrown.js';
import type { config } from '../../src/index.js';
import { deleteGroups } from '../../src/kafka/admin/delete-groups.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import type { TimeBudget } from './time-budget.js';

/** The outcome for the group that a function created for a run. */
export interface GroupOutcome {
  readonly name: string;
  readonly outcome: 'deleted' | 'kept' | 'left';
  /** Why the group was not deleted. */
  readonly reason?: string;
}

/** The common fields of the results of all group members. */
export interface MemberFacts {
  readonly connect_ms: number;
  readonly dispose_ms: number;
  readonly group: GroupOutcome;
}

/** A worker, a requester or a subscriber. */
interface Member {
  connect(options: { timeout_ms: number; signal: AbortSignal | undefined }): Promise<void>;
  dispose(options: { timeout_ms: number }): Promise<void>;
}

interface Membership {
  readonly settings: config;
  readonly group: string;
  /** Do not delete the group. */
  readonly keep: boolean;
  readonly time: TimeBudget;
}

/**
 * Runs a member of a run's group: it connects, works and leaves, and its group is deleted, for any outcome of the work.
 *
 * @param work called when the member is connected
 */
export async function asMember<T>(
  member: Member,
  { settings, group, keep, time }: Membership,
  work: () => Promise<T>,
): Promise<T & MemberFacts> {
  const startedAt = performance.now();
  let connectMs = 0;
  let disposeMs = 0;
  let groupOutcome: GroupOutcome;
  let result: T;
  try {
    await member.connect({ timeout_ms: time.work.remainingMs(), signal: time.work.signal });
    connectMs = Math.round(performance.now() - startedAt);
    result = await work();
  } finally {
    const disposingAt = performance.now();
    await member.dispose({ timeout_ms: time.closingMs() });
    disposeMs = Math.round(performance.now() - disposingAt);
    groupOutcome = await cleanUpGroup(settings, group, keep, time.closingMs());
  }
  return { ...result, connect_ms: connectMs, dispose_ms: disposeMs, group: groupOutcome };
}

/**
 * Deletes a run's group, unless it is to be kept. A failure is reported, not thrown, because the result of the run is
 * more important.
 */
async function cleanUpGroup(settings: config, name: string, keep: boolean, timeoutMs: number): Promise<GroupOutcome> {
  if (keep) return { name, outcome: 'kept' };
  try {
    await deleteGroups(kafkaConnection(settings), [name], new Deadline(timeoutMs));
    return { name, outcome: 'deleted' };
  } catch (error) {
    return { name, outcome: 'left', reason: thrownText(error) };
  }
}
