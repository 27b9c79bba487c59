import { expect, test } from 'vitest';
import { NextAttempt, nextAttempt } from '../../../src/pubsub/worker/retry-rules.js';

const settings = { retry_attempts: 5, retry_backoff_ms: 100, retry_max_backoff_ms: 300 };

test('pauses double up to the longest, and end with the last attempt', () => {
  expect([1, 2, 3, 4, 5].map((attempt) => nextAttempt(settings, attempt, undefined)?.pauseMs)).toEqual([
    100,
    200,
    300,
    300,
    undefined,
  ]);
});

test('one attempt is no retry', () => {
  expect(nextAttempt({ ...settings, retry_attempts: 1 }, 1, undefined)).toBeUndefined();
});

test('no attempt starts at or after the deadline', () => {
  expect(nextAttempt(settings, 1, 100)).toBeUndefined();
  expect(nextAttempt(settings, 1, 101)).toEqual(new NextAttempt(100));
});
