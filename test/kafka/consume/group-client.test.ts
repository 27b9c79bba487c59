import { expect, test } from 'vitest';
import type { Cluster } from '../../../src/kafka/client/cluster.js';
import type { Coordinator } from '../../../src/kafka/consume/coordinator.js';
import { GroupClient } from '../../../src/kafka/consume/group-client.js';

/** A group whose commit for partition 0 has offset 7 and this metadata. */
function clientOf(topicId: string | undefined, metadata: string): GroupClient {
  const answer = { error: undefined, partitions: new Map([[0, { error: undefined, offset: 7, metadata }]]) };
  const cluster = { topic: { topic: 't', error: undefined, topicId, partitions: [] } };
  const coordinator = { ask: () => Promise.resolve(answer), forget: () => undefined };
  const names = { topic: 't', group: 'g' };
  return new GroupClient(cluster as unknown as Cluster, coordinator as unknown as Coordinator, names);
}

test.each([
  ['of this topic', 'a1', 'topic-id=a1', 7],
  ['of a deleted topic of the same name', 'b2', 'topic-id=a1', undefined],
  ['of another program', 'a1', 'something', 7],
  ['while brokers give no ids', undefined, '', 7],
  ['whose topic is not known to be another one, because the brokers give no id now', undefined, 'topic-id=a1', 7],
])('a commit %s', async (_which, topicId, metadata, offset) => {
  expect(await clientOf(topicId, metadata).committed([0])).toEqual(new Map([[0, offset]]));
});
