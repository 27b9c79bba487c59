import { expect, test } from 'vitest';
import { LivePositions } from '../../../src/kafka/consume/live-positions.js';

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
