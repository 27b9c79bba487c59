import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffMs } from '../../../src/kafka/client/backoff.js';

const backoff = { initialMs: 100, maxMs: 5_000 };

test('pauses double up to the limit', () => {
  const times = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => backoffMs(backoff, attempt, () => 0.5));
  expect(times).toEqual([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
});

test('pauses vary randomly by a quarter', () => {
  expect(backoffMs(backoff, 1, () => 0)).toBe(75);
  expect(backoffMs(backoff, 1, () => 1)).toBe(125);
  const mixed = new Set(Array.from({ length: 20 }, () => backoffMs(backoff, 1)));
  expect(mixed.size).toBeGreaterThan(1);
});

test('pauses stay finite after any number of failures', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (attempt) => {
      const ms = backoffMs(backoff, attempt);
      expect(ms).toBeGreaterThanOrEqual(75);
      expect(ms).toBeLessThanOrEqual(6_250);
    }),
  );
});
