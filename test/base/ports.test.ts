import { expect, test, vi } from 'vitest';
import { no_tracing, silent_logger, silent_metrics, system_clock } from '../../src/base/ports.js';

test('the default ports say nothing and make up nothing', () => {
  const streams = [vi.spyOn(process.stdout, 'write'), vi.spyOn(process.stderr, 'write')];
  for (const level of ['debug', 'info', 'warn', 'error'] as const) silent_logger[level]('x', { a: 1 });
  silent_metrics.count('x', 1);
  silent_metrics.observe('x_ms', 1);
  const calls = streams.map(({ mock }) => mock.calls.length);
  vi.restoreAllMocks();
  expect(calls).toEqual([0, 0]);
  expect(no_tracing.current_traceparent()).toBeUndefined();
});

test('the wall clock counts milliseconds since 1970, the other one durations', () => {
  const minute = 60_000;
  expect(Math.abs(system_clock.wall_ms() - Date.now())).toBeLessThan(minute);
  const before = system_clock.monotonic_ms();
  expect(before).toBeLessThan(system_clock.wall_ms() / 2);
  expect(system_clock.monotonic_ms()).toBeGreaterThanOrEqual(before);
});
