import { Deadline } from '../../src/base/deadline.js';
import type { config } from '../../src/index.js';
import { deleteGroups } from '../../src/kafka/admin/admin.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { thrownText } from '../../src/base/thrown.js';

/** What became of the group that a function made for a run. */
export interface group_fate {
  readonly name: string;
  readonly fate: 'deleted' | 'kept' | 'left';
  /** Why it was left. */
  readonly reason?: string;
}

/** Deletes a run's group, unless it is to be kept. A failure is told, not thrown: the run's result matters more. */
export async function clean_up_group(
  settings: config,
  name: string,
  keep: boolean,
  timeout_ms: number,
): Promise<group_fate> {
  if (keep) return { name, fate: 'kept' };
  try {
    await deleteGroups(kafkaConnection(settings), [name], new Deadline(timeout_ms));
    return { name, fate: 'deleted' };
  } catch (error) {
    return { name, fate: 'left', reason: thrownText(error) };
  }
}
