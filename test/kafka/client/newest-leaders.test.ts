import { expect, test } from 'vitest';
import type { TopicMetadata } from '../../../src/kafka/client/broker-apis.js';
import { withNewestLeaders } from '../../../src/kafka/client/newest-leaders.js';

/** @param leaders leader and epoch of each partition */
const topic = (topicId: string | undefined, ...leaders: [leader: number, epoch: number][]): TopicMetadata => ({
  topic: 't',
  error: undefined,
  topicId,
  partitions: leaders.map(([leader, leaderEpoch], partition) => ({
    partition,
    error: undefined,
    leader,
    leaderEpoch,
    replicas: [],
    isr: [],
  })),
});

test.each([
  ['a newer leader', topic('a', [1, 6]), topic('a', [2, 7]), [2]],
  ['an older leader', topic('a', [2, 7]), topic('a', [1, 6]), [2]],
  ['no leader in a newer epoch', topic('a', [2, 7]), topic('a', [-1, 8]), [-1]],
  ['no leader in an older epoch', topic('a', [2, 7]), topic('a', [-1, 6]), [2]],
  ['an older leader of one of two partitions', topic('a', [2, 7], [2, 3]), topic('a', [1, 6], [3, 4]), [2, 3]],
  ['fewer partitions than before', topic('a', [2, 7], [3, 1]), topic('a', [2, 7]), [2, 3]],
  ['an older epoch of a topic that was created again', topic('a', [2, 7]), topic('b', [1, 0]), [1]],
  ['no epoch', topic('a', [2, 7]), topic('a', [1, -1]), [1]],
  ['no topic id', topic(undefined, [2, 7]), topic(undefined, [1, 6]), [1]],
  ['the first metadata', undefined, topic('a', [1, 6]), [1]],
])('%s', (_what, before, now, leaders) => {
  expect(withNewestLeaders(now, before).partitions.map(({ leader }) => leader)).toEqual(leaders);
});
