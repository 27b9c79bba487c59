import { expect, test } from 'vitest';
import type { Cluster } from '../../../src/kafka/client/cluster.js';
import type { Coordinator } from '../../../src/kafka/consume/coordinator.js';
import { GroupClient } from '../../../src/kafka/consume/group-client.js';

/** A group whose commit for partition 0 has offset 7 and this metadata. */
function clientOf(topicId: string | undefined, metadata: string, asked: unknown[] = []): GroupClient {
  const answer = {
    error: undefined,
    errors: new Map(),
    partitions: new Map([[0, { error: undefined, offset: 7, metadata }]]),
  };
  const cluster = { topic: { topic: 't', error: undefined, topicId, partitions: [] } };
  const coordinator = {
    ask: (_purpose: unknown, _api: unknown, body: unknown) => {
      asked.push(body);
      return Promise.resolve(answer);
    },
    forget: () => undefined,
  };
  const names = { topic: 't', group: 'g' };
  return new GroupClient(cluster as unknown as Cluster, coordinator as unknown as Coordinator, names);
}

test.each([
  ['of this topic', 'a1', 'topic-id=a1', 7],
  ['of a deleted topic of the same name', 'b2', 'topic-id=a1', 7, undefined, true],
  ['of another program', 'a1', 'something', 7],
  ['while brokers give no ids', undefined, '', 7],
  ['whose topic is not known to be another one, because the brokers give no id now', undefined, 'topic-id=a1', 7],
  ['of this topic with an epoch', 'a1', 'leader-epoch=3;topic-id=a1', 7, 3],
  ['of a deleted topic with an epoch', 'b2', 'leader-epoch=3;topic-id=a1', 7, 3, true],
  ['with an epoch, while brokers give no ids', undefined, 'leader-epoch=3', 7, 3],
  ['with an epoch that is not a number', 'a1', 'leader-epoch=x;topic-id=a1', 7],
])('a commit %s', async (_which, topicId, metadata, offset, epoch?: number, isOfOtherTopic = false) => {
  expect(await clientOf(topicId, metadata).committed([0])).toEqual(new Map([[0, { offset, epoch, isOfOtherTopic }]]));
});

test.each([
  ['a1', 3, 'leader-epoch=3;topic-id=a1'],
  ['a1', undefined, 'topic-id=a1'],
  [undefined, 0, 'leader-epoch=0'],
  [undefined, undefined, ''],
])('the metadata of a commit for topic %s and epoch %s', async (topicId, epoch, metadata) => {
  const asked: unknown[] = [];
  const client = clientOf(topicId, '', asked);
  await client.commit(new Map([[0, { offset: 7, epoch }]]), { memberId: 'm', generation: 1 });
  expect(asked).toMatchObject([{ offsets: new Map([[0, { offset: 7, metadata }]]) }]);
});
