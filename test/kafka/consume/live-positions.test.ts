import { expect, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { LivePositions } from '../../../src/kafka/consume/live-positions.js';
import { noMemberData } from '../../../src/kafka/consume/member-data.js';

test('the position in a partition that was given up is remembered, but not for a topic that was created again', () => {
  const policy = new LivePositions(10_000);
  policy.lost(
    new Map([
      [0, 100],
      [1, undefined],
    ]),
    true,
    'old',
  );
  const positions = (topicId: string): unknown => [...policy.memberData(new Map(), 0, topicId).positions];
  expect(positions('old')).toEqual([[0, { offset: 100, since: expect.any(Number) as number }]]);
  expect(positions('new')).toEqual([]);
  expect(positions('old')).toEqual([]);
});

test.each([
  ['the same topic', 'a1', 'a1', 100],
  ['a deleted topic of the same name', 'b2', 'a1', undefined],
  ['a topic whose id the brokers do not give now', undefined, 'a1', 100],
])('the position of another member is used if it is of %s', async (_which, topicId, of, offset) => {
  const data = { ...noMemberData, topicId: of, positions: new Map([[0, { offset: 100, since: Date.now() }]]) };
  const found = await new LivePositions(10_000).find({
    group: {
      topic: 't',
      group: 'g',
      topicId,
      partitionIds: () => [0],
      led: (partitions) => [...partitions],
      starts: () => Promise.resolve(new Map()),
      ends: () => Promise.resolve(new Map()),
      since: () => Promise.resolve(new Map()),
      committed: () => Promise.resolve(new Map()),
      members: () => Promise.resolve([{ memberId: 'other', topics: ['t'], data }]),
    },
    commit: () => Promise.resolve(true),
    partitions: [0],
    known: new Map(),
    epochBefore: () => undefined,
    facts: { alone: false, first: false },
    current: () => true,
    deadline: new Deadline(10_000),
    ready: () => undefined,
  });
  expect(found.get(0)?.offset).toBe(offset);
});
