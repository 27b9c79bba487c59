import { expect, test } from 'vitest';
import { limited, timeBudget } from '../../../lambda/runtime/time-budget.js';

const remaining = (ms: number) => ({ getRemainingTimeInMillis: () => ms });

test('work ends three seconds before the time-out: two for closing, one for the answer', () => {
  const { work } = timeBudget(remaining(10_000));
  expect(work.timeoutMs).toBe(7_000);
});

test('closing leaves one second for the answer, and always has some time itself', () => {
  let left = 10_000;
  const budget = timeBudget({ getRemainingTimeInMillis: () => left });
  left = 3_000;
  expect(budget.closingMs()).toBe(1_800);
  left = 0;
  expect(budget.closingMs()).toBe(100);
});

test('a time-out that is too short is refused, and the error names the minimum', () => {
  expect(() => timeBudget(remaining(4_500))).not.toThrow();
  expect(() => timeBudget(remaining(4_499))).toThrow(
    expect.objectContaining({
      message: expect.stringContaining('4499 ms are not enough') as string,
      hint: expect.stringContaining('at least 5 seconds') as string,
    }),
  );
});

test('work ends when the function is asked to end', () => {
  const controller = new AbortController();
  const { work } = timeBudget(remaining(10_000), controller.signal);
  expect(work.over).toBe(false);
  controller.abort();
  expect(work.over).toBe(true);
});

test('an event may shorten the time of its invocation, but not extend it', () => {
  const left = (event: unknown) => limited(remaining(10_000), event).getRemainingTimeInMillis();
  expect(left({ time_ms: 6_000 })).toBeLessThanOrEqual(6_000);
  expect(left({ time_ms: 6_000 })).toBeGreaterThan(5_000);
  // The event's schema refuses a value that is not a number.
  for (const event of [{ time_ms: 60_000 }, { time_ms: 'long' }, {}, null, 5]) expect(left(event)).toBe(10_000);
});
