import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FreezeDetector } from '../../../src/kafka/client/freeze-detector.js';

let frozen: number[];
let detector: FreezeDetector;
beforeEach(() => {
  vi.useFakeTimers();
  frozen = [];
  detector = new FreezeDetector((ms) => frozen.push(ms));
});
afterEach(() => {
  detector.stop();
  vi.useRealTimers();
});

/** The clock advances while nothing runs. */
const freeze = (ms: number): unknown => vi.setSystemTime(Date.now() + ms);

test('a process that runs, busy for seconds or not, is not frozen', () => {
  vi.advanceTimersByTime(60_000);
  freeze(9_000);
  vi.advanceTimersByTime(1_000);
  expect(frozen).toEqual([]);
});

test('a freeze is reported once, by the timer', () => {
  vi.advanceTimersByTime(5_000);
  freeze(600_000);
  vi.advanceTimersByTime(5_000);
  expect(frozen).toEqual([601_000]);
});

test('a freeze is reported by a check that runs before the timer', () => {
  freeze(600_000);
  detector.check();
  detector.check();
  expect(frozen).toEqual([600_000]);
});

test('no timer is left after stop', () => {
  detector.stop();
  expect(vi.getTimerCount()).toBe(0);
});
