import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pubsub_error } from '../../../src/base/error.js';
import {
  consumerHealth,
  isSilent,
  readablePartitions,
  type ConsumerFacts,
} from '../../../src/kafka/consume/consumer-health.js';
import type { OwnedPartition } from '../../../src/kafka/consume/ownership.js';
import { PauseWatch } from '../../../src/kafka/client/pause-watch.js';

const owned = { answeredAt: 1_000 } as OwnedPartition;
const always = Number.NEGATIVE_INFINITY;

test.each([
  ['a leader that has not answered for longer than the patience is silent', 6_000, 0, always, true],
  ['a leader that answered recently is not', 4_000, 0, always, false],
  ['while the group is joined, no leader is asked', 60_000, undefined, always, false],
  ['after a join, a leader has the whole patience', 6_000, 5_000, always, false],
  ['after a pause of this process, too', 6_000, 0, 5_000, false],
] as const)('%s', (_, now, joinedAt, runsSince, silent) => {
  expect(isSilent(owned, { now, joinedAt, runsSince, throttledUntil: () => always, patienceMs: 4_000 })).toBe(silent);
});

describe('the sentences', () => {
  const owns = (changes: Partial<OwnedPartition> = {}): OwnedPartition =>
    ({ partition: 3, position: 5, end: 5, flowing: true, answeredAt: 1_000, ...changes }) as OwnedPartition;
  const facts = (changes: Partial<ConsumerFacts> = {}): ConsumerFacts => ({
    now: 20_000,
    topic: 't',
    group: 'g',
    settled: true,
    joinedAt: 0,
    leaseValid: true,
    isRemoved: false,
    heartbeatAgeMs: 100,
    patienceMs: 4_000,
    topicMissing: false,
    runsSince: always,
    throttledUntil: () => always,
    partitions: [owns()],
    failures: { reading: undefined, membership: undefined },
    isHeldBack: () => false,
    hasLeader: () => true,
    ...changes,
  });
  const refused = new pubsub_error('broker_unavailable', 'receive', 'a broker answered KAFKA_STORAGE_ERROR');
  const unresolved = new pubsub_error('host_not_found', 'receive', 'the host of a:9 does not resolve');
  const blocked = { error: refused, until: 0, failures: 2 };

  test.each<[string, Partial<ConsumerFacts>, string]>([
    ['a leader that does not answer', {}, 'no answer from the leader of partition 3 for 19000 ms'],
    [
      'a leader whose host does not resolve',
      { failures: { reading: { at: 2_000, error: unresolved }, membership: undefined } },
      'no answer from the leader of partition 3 for 19000 ms: the host of a:9 does not resolve',
    ],
    [
      'a failure before the last answer is over',
      { failures: { reading: { at: 900, error: unresolved }, membership: undefined } },
      'no answer from the leader of partition 3 for 19000 ms',
    ],
    [
      'a group whose coordinator cannot be reached',
      {
        partitions: [],
        leaseValid: false,
        heartbeatAgeMs: 9_000,
        failures: { reading: undefined, membership: { at: 12_000, error: unresolved } },
      },
      'group g has not answered a heartbeat for a whole session time-out: the host of a:9 does not resolve',
    ],
    [
      'a leader that throttles this client',
      { throttledUntil: () => 25_000 },
      'partition 3 is not read: a broker throttles this client, because it has used up a quota',
    ],
    [
      'a leader that throttles this client from the first request on',
      { throttledUntil: () => 25_000, partitions: [owns({ answeredAt: undefined })] },
      'partition 3 is not read: a broker throttles this client, because it has used up a quota',
    ],
    [
      'a leader that does not answer after it has throttled this client either',
      { throttledUntil: () => 15_000 },
      'no answer from the leader of partition 3 for 5000 ms',
    ],
    [
      'a group that was not asked, because this process did not run',
      { partitions: [], leaseValid: false, heartbeatAgeMs: 9_000, runsSince: 19_000 },
      'this process did not run for a time: group g may have given its partitions away',
    ],
    [
      'a member that was removed while this process did not run',
      {
        partitions: [],
        leaseValid: false,
        heartbeatAgeMs: 9_000,
        runsSince: 19_000,
        isRemoved: true,
        joinedAt: undefined,
      },
      'group g has removed this member, which has not joined again yet',
    ],
    [
      'a group that does not answer after this process has continued either',
      { partitions: [], leaseValid: false, heartbeatAgeMs: 9_000, runsSince: 15_000 },
      'group g has not answered a heartbeat for a whole session time-out',
    ],
    [
      'a leader that refuses does answer',
      { partitions: [owns({ blocked })] },
      'partition 3 is not read: a broker answered KAFKA_STORAGE_ERROR',
    ],
    ['without a leader, no one could answer', { hasLeader: () => false }, 'partition 3 is not read: it has no leader'],
    [
      'a member that was removed a moment ago',
      { partitions: [], leaseValid: false, isRemoved: true, joinedAt: undefined },
      'group g has removed this member, which has not joined again yet',
    ],
    [
      'a member that was removed, before it has begun to join again',
      { partitions: [], leaseValid: false, isRemoved: true },
      'group g has removed this member, which has not joined again yet',
    ],
    [
      'a member that cannot join',
      { partitions: [], leaseValid: false, joinedAt: undefined },
      'group g has not let this member join for a whole session time-out',
    ],
  ])('name the cause: %s', (_, changes, sentence) => {
    expect(consumerHealth(facts(changes)).problems.map((problem) => problem.sentence)).toEqual([sentence]);
    expect(readablePartitions(facts(changes))).toEqual([]);
  });

  test('a broker that throttles this client says nothing about a silent leader', () => {
    const throttled = owns({ partition: 4, answeredAt: 1_000 });
    const changes = {
      throttledUntil: ({ partition }: OwnedPartition) => (partition === 4 ? 25_000 : always),
      partitions: [owns(), throttled],
    };
    expect(consumerHealth(facts(changes)).problems.map(({ sentence }) => sentence)).toEqual([
      'partition 4 is not read: a broker throttles this client, because it has used up a quota',
      'no answer from the leader of partition 3 for 19000 ms',
    ]);
  });
});

beforeEach(() => vi.useFakeTimers({ toFake: ['performance', 'Date'] }));
afterEach(() => vi.useRealTimers());

test('a pause is noticed by the first caller that runs after it, and short gaps are none', () => {
  const watch = new PauseWatch(2_000);
  vi.advanceTimersByTime(1_500);
  watch.look();
  vi.advanceTimersByTime(1_500);
  expect(watch.runsSince).toBe(always);
  vi.advanceTimersByTime(5_000);
  const resumedAt = performance.now();
  expect(watch.runsSince).toBe(resumedAt);
  vi.advanceTimersByTime(100);
  watch.look();
  expect(watch.runsSince).toBe(resumedAt);
});

test('a machine that slept is noticed by the wall clock, because the monotonic one stopped', () => {
  const watch = new PauseWatch(2_000);
  vi.advanceTimersByTime(1_000);
  vi.setSystemTime(Date.now() + 600_000);
  expect(watch.runsSince).toBe(performance.now());
});
