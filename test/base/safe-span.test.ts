import { describe, expect, test } from 'vitest';
import type { trace_span, traced_operation } from '../../src/base/ports.js';
import { noTracing, silentLogger, silentMetrics, systemClock } from '../../src/base/ports.js';
import { safePorts } from '../../src/base/safe-ports.js';

const operation: traced_operation = {
  kind: 'send',
  topic: 't',
  client_id: 'c',
  correlation_id: undefined,
  headers: undefined,
};

const works: trace_span = { headers: () => ({ traceparent: 'x' }), run: (work) => work(), end: () => undefined };

/** The safe span of a port that returns this, and the lines about the port. */
function begin(returned: () => unknown): { span: trace_span | undefined; lines: string[] } {
  const lines: string[] = [];
  const { tracing } = safePorts({
    logger: { ...silentLogger, error: (line) => void lines.push(line) },
    metrics: silentMetrics,
    tracing: { ...noTracing, start_span: () => returned() as never },
    clock: systemClock,
  });
  return { span: tracing.start_span?.(operation), lines };
}

const fail = (): never => {
  throw new Error('no exporter');
};
const hostile = new Proxy({}, { get: fail, ownKeys: fail, getPrototypeOf: fail });

test('a port without spans has none: nothing is allocated for them', () => {
  expect(
    safePorts({ logger: silentLogger, metrics: silentMetrics, tracing: { ...noTracing }, clock: systemClock }).tracing
      .start_span,
  ).toBeUndefined();
});

test.each<[string, () => unknown]>([['throws', fail]])(
  'a port that %s has begun no span, and is reported',
  async (_, returned) => {
    const { span, lines } = begin(returned);
    expect(span).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toEqual(['the tracing port failed']);
  },
);

test.each<[string, () => unknown]>([
  ['returns a text', () => 'a span'],
  ['returns null', () => null],
  ['returns half a span', () => ({ end: () => undefined })],
  ['returns a promise', () => Promise.resolve(works)],
  ['rejects', () => Promise.reject(new Error('later'))],
  ['returns what throws when it is looked at', () => hostile],
])('a port that %s is reported, and what runs in it runs', async (_, returned) => {
  const { span, lines } = begin(returned);
  expect(span?.run(() => 'done')).toBe('done');
  expect(span?.headers()).toEqual({});
  span?.end({});
  await new Promise((resolve) => setImmediate(resolve));
  expect(lines).toEqual(['the tracing port failed']);
});

test('a port may decide that there is no span', () => {
  expect(begin(() => undefined)).toEqual({ span: undefined, lines: [] });
});

describe('work runs exactly once, with its own outcome, in a span whose run', () => {
  test.each<[string, trace_span['run'], number]>([
    ['works', (work) => work(), 0],
    ['throws before', fail, 1],
    [
      'throws afterwards',
      (work) => {
        work();
        return fail();
      },
      1,
    ],
    ['does nothing', () => undefined as never, 0],
    [
      'calls it twice',
      (work) => {
        work();
        return work();
      },
      0,
    ],
    ['returns something else', (work) => [work()] as never, 0],
    ['calls it later', (work) => void setImmediate(work) as never, 0],
  ])('%s', async (_, run, reports) => {
    for (const outcome of ['returns', 'throws']) {
      const { span, lines } = begin(() => ({ ...works, run }));
      let calls = 0;
      const work = (): string => {
        calls += 1;
        if (outcome === 'throws') throw new RangeError('of the work');
        return 'done';
      };
      if (outcome === 'throws') expect(() => span?.run(work)).toThrow(new RangeError('of the work'));
      else expect(span?.run(work)).toBe('done');
      await new Promise((resolve) => setImmediate(resolve));
      expect(calls).toBe(1);
      expect(lines).toHaveLength(reports);
    }
  });
});

test.each<[string, () => unknown]>([
  ['throws', fail],
  ['returns values other than texts', () => ({ traceparent: 5 })],
  ['returns a promise', () => Promise.reject(new Error('later'))],
  ['returns what throws when it is looked at', () => hostile],
])('a span whose headers() %s carries none', async (_, headers) => {
  const { span, lines } = begin(() => ({ ...works, headers }));
  expect(span?.headers()).toEqual({});
  await new Promise((resolve) => setImmediate(resolve));
  expect(lines).toEqual(['the tracing port failed']);
});

test('the headers of a span are carried', () => {
  expect(begin(() => works).span?.headers()).toEqual({ traceparent: 'x' });
});

test('a failure to end a span is reported', () => {
  const { span, lines } = begin(() => ({ ...works, end: fail }));
  span?.end({});
  expect(lines).toEqual(['the tracing port failed']);
});
