import { expect, test } from 'vitest';
import {
  noTracing,
  silentLogger,
  silentMetrics,
  systemClock,
  type logger,
  type metrics,
} from '../../src/base/ports.js';
import { callHook } from '../../src/base/hook.js';
import { safePorts } from '../../src/base/safe-ports.js';

/** Values that a port may throw: what is not an error, and what throws when it is looked at. */
const thrown: [string, unknown][] = [
  ['an error', new Error('closed')],
  ['undefined', undefined],
  ['null', null],
  ['a text', 'no'],
  [
    'a proxy whose traps throw',
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
        getPrototypeOf: () => {
          throw new Error('trap');
        },
      },
    ),
  ],
];

const throws = (value: unknown) => (): never => {
  throw value;
};
// eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what user code may do is tried
const rejects = (value: unknown) => (): Promise<never> => Promise.reject(value);

/** A logger whose lines can be read. */
function kept(): { log: logger; lines: string[] } {
  const lines: string[] = [];
  const line = (message: string): void => void lines.push(message);
  return { log: { debug: line, info: line, warn: line, error: line }, lines };
}

test.each(thrown)('a port that throws or rejects with %s changes nothing, and is reported', async (_, value) => {
  for (const fail of [throws(value), rejects(value)] as (() => never)[]) {
    const { log, lines } = kept();
    const failing: metrics = { count: fail, observe: fail };
    const ports = safePorts({
      logger: log,
      metrics: failing,
      tracing: { current_traceparent: fail },
      clock: { wall_ms: fail, monotonic_ms: fail },
    });
    expect(Math.abs(ports.clock.wall_ms() - systemClock.wall_ms())).toBeLessThan(60_000);
    expect(ports.clock.monotonic_ms()).toBeLessThanOrEqual(systemClock.monotonic_ms());
    ports.metrics.count('a', 1);
    ports.metrics.observe('b_ms', 1);
    ports.tracing.current_traceparent();
    await new Promise((resolve) => setImmediate(resolve));
    // Once a minute for each port, however often it fails.
    expect(lines.sort()).toEqual(['the clock port failed', 'the metrics port failed', 'the tracing port failed']);

    const counted: unknown[] = [];
    const loud = safePorts({
      logger: { debug: fail, info: fail, warn: fail, error: fail },
      metrics: { ...silentMetrics, count: (name, _count, labels) => counted.push([name, labels]) },
      tracing: noTracing,
      clock: systemClock,
    });
    for (const level of ['debug', 'info', 'warn', 'error'] as const) loud.logger[level]('x');
    await new Promise((resolve) => setImmediate(resolve));
    expect(counted).toEqual(Array.from({ length: 4 }, () => ['port_failures', { port: 'logger' }]));
  }
});

test('ports that all fail end nothing: the failure of one is reported to another, which fails too', async () => {
  for (const fail of [throws(new Error('down')), rejects(new Error('down'))] as (() => never)[]) {
    const ports = safePorts({
      logger: { debug: fail, info: fail, warn: fail, error: fail },
      metrics: { count: fail, observe: fail },
      tracing: { current_traceparent: fail },
      clock: { wall_ms: fail, monotonic_ms: fail },
    });
    ports.logger.warn('x');
    ports.metrics.count('a', 1);
    ports.tracing.current_traceparent();
    ports.clock.wall_ms();
    callHook(ports.logger, 'on_sent', fail);
    // An unhandled rejection would fail this run.
    for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
});

test.each([[5], [{}], [null], [Promise.resolve('00-a-b-01')]])('tracing that returns %s means no trace', (value) => {
  const { log, lines } = kept();
  const { tracing } = safePorts({
    logger: log,
    metrics: silentMetrics,
    tracing: { current_traceparent: () => value as never },
    clock: systemClock,
  });
  expect(tracing.current_traceparent()).toBeUndefined();
  expect(lines).toEqual(['the tracing port failed']);
});

test('a failure of tracing results in no trace', () => {
  const { tracing } = safePorts({
    logger: silentLogger,
    metrics: silentMetrics,
    tracing: { current_traceparent: throws(new Error('no context')) },
    clock: systemClock,
  });
  expect(tracing.current_traceparent()).toBeUndefined();
});

test('safe ports are not wrapped again', () => {
  const { log } = kept();
  const once = safePorts({
    logger: log,
    metrics: { ...silentMetrics },
    tracing: { ...noTracing },
    clock: { ...systemClock },
  });
  const twice = safePorts(once);
  expect(twice.logger).toBe(once.logger);
  expect(twice.metrics).toBe(once.metrics);
  expect(twice.tracing).toBe(once.tracing);
  expect(twice.clock).toBe(once.clock);
});

test('a clock that does not return a time is not used', () => {
  const { log, lines } = kept();
  const { clock } = safePorts({
    logger: log,
    metrics: silentMetrics,
    tracing: noTracing,
    clock: { wall_ms: () => Number.NaN, monotonic_ms: () => 'soon' as never },
  });
  expect(Math.abs(clock.wall_ms() - Date.now())).toBeLessThan(60_000);
  expect(clock.monotonic_ms()).toBeLessThanOrEqual(performance.now());
  expect(lines).toEqual(['the clock port failed']);
});
