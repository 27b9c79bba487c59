import { Deadline } from '../../src/base/deadline.js';
import { withAdmin } from '../../src/kafka/admin.js';
import type { World } from './world.js';

/** What the group of a world's workers, or of its requesters, has committed, by partition; -1 where that is nothing. */
export function committedOffsets(
  { connection, settings }: World,
  kind: 'worker' | 'reply_to',
): Promise<Map<number, number>> {
  return withAdmin(connection, new Deadline(5_000), async (admin) => {
    const [topic] = await admin.fetchOffsets({ groupId: settings.groups[kind], topics: [settings.topics[kind]] });
    return new Map((topic?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]));
  });
}
