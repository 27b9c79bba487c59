import { expect, test, vi } from 'vitest';
import { noTracing, silentLogger, silentMetrics, systemClock } from '../../src/base/ports.js';

test('the default ports record nothing', () => {
  const streams = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const level of ['debug', 'info', 'warn', 'error'] as const) silentLogger[level]('x', { a: 1 });
  silentMetrics.count('x', 1);
  silentMetrics.observe('x_ms', 1);
  const calls = streams.map(({ mock }) => mock.calls.length);
  vi.restoreAllMocks();
  expect(calls).toEqual([0, 0]);
  expect(noTracing.current_traceparent()).toBeUndefined();
});

test('the wall clock counts milliseconds since 1970, the monotonic clock measures durations', () => {
  const minute = 60_000;
  expect(Math.abs(systemClock.wall_ms() - Date.now())).toBeLessThan(minute);
  const before = systemClock.monotonic_ms();
  expect(before).toBeLessThan(systemClock.wall_ms() / 2);
  expect(systemClock.monotonic_ms()).toBeGreaterThanOrEqual(before);
});
