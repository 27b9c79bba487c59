import { expect, test } from 'vitest';
import { LogLimit } from '../../src/base/log-limit.js';

test('a limited log writes a line at intervals, with the number of suppressed lines', () => {
  const limit = new LogLimit(1_000);
  expect([0, 10, 999, 1_000, 1_500, 5_000].map((now) => limit.take(now))).toEqual([
    1,
    undefined,
    undefined,
    3,
    undefined,
    2,
  ]);
});
