import { Deadline } from '../../src/base/deadline.js';
import type { config } from '../../src/index.js';
import { deleteGroups } from '../../src/kafka/admin/admin.js';
import { kafka_connection } from '../../src/pubsub/kafka-connection.js';
import { thrownText } from '../../src/base/thrown.js';

/** What became of the group that a function made for a run. */
export interface GroupFate {
  readonly name: string;
  readonly fate: 'deleted' | 'kept' | 'left';
  /** Why it was left. */
  readonly reason?: string;
}

/** Deletes a run's group, unless it is to be kept. A failure is told, not thrown: the run's result matters more. */
export async function cleanUpGroup(
  settings: config,
  name: string,
  keep: boolean,
  timeoutMs: number,
): Promise<GroupFate> {
  if (keep) return { name, fate: 'kept' };
  try {
    await deleteGroups(kafka_connection(settings), [name], new Deadline(timeoutMs));
    return { name, fate: 'deleted' };
  } catch (error) {
    return { name, fate: 'left', reason: thrownText(error) };
  }
}
