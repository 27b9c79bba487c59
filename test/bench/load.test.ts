import { expect, test } from 'vitest';
import { busyTicks, otherPercent, processTicks } from '../../bench/load.js';

test('busy time is user, nice, system and steal, not idle time and interrupts', () => {
  const stat = 'cpu  1000 200 30 99999 777 55 66 4 11 12\ncpu0 1 2 3 4 5 6 7 8 9 10\n';
  expect(busyTicks(stat)).toBe(1_234);
  expect(() => busyTicks('intr 1 2 3')).toThrow('/proc/stat');
});

test('the ticks of a process are read after any process name, optionally with its ended children', () => {
  const stat = '42 (a ) (b) S 1 42 42 0 -1 4194304 900 800 0 0 70 20 7 3 20 0 11 0 12345 99 88';
  expect(processTicks(stat, false)).toBe(90);
  expect(processTicks(stat, true)).toBe(100);
});

test('the load of other processes is the rest, in percent of one CPU', () => {
  const before = { busy: 10_000, own: 4_000 };
  expect(otherPercent(before, { busy: 12_000, own: 5_700 }, 20)).toBeCloseTo(15);
  // The two are read one after the other: ours may be a tick ahead.
  expect(otherPercent(before, { busy: 10_010, own: 4_011 }, 1)).toBe(0);
});
