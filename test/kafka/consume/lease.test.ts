import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Lease } from '../../../src/kafka/consume/lease.js';

beforeEach(() => vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout'] }));
afterEach(() => vi.useRealTimers());

test('lasts for a session time-out after the send of the last answered heartbeat', () => {
  const lease = new Lease(10_000);
  expect([lease.valid, lease.ageMs]).toEqual([false, undefined]);
  const sent = Lease.now();
  vi.advanceTimersByTime(4_000);
  lease.renew(sent);
  vi.advanceTimersByTime(5_999);
  expect([lease.valid, lease.ageMs]).toEqual([true, 5_999]);
  vi.advanceTimersByTime(1);
  expect(lease.valid).toBe(false);
});

test('is not renewed by a response that is read after a freeze', () => {
  const lease = new Lease(10_000);
  const sent = Lease.now();
  vi.advanceTimersByTime(25_000);
  lease.renew(sent);
  expect(lease.valid).toBe(false);
});

test('also ends by the wall clock, because the monotonic clock stops while a laptop sleeps', () => {
  const lease = new Lease(10_000);
  lease.renew(Lease.now());
  vi.setSystemTime(Date.now() + 10_000);
  expect(lease.valid).toBe(false);
});

test('ends immediately when it is ended', () => {
  const lease = new Lease(10_000);
  lease.renew(Lease.now());
  lease.end();
  expect(lease.valid).toBe(false);
});
