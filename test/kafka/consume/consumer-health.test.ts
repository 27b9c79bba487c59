import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isSilent } from '../../../src/kafka/consume/consumer-health.js';
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
  expect(isSilent(owned, { now, joinedAt, runsSince, patienceMs: 4_000 })).toBe(silent);
});

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
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
