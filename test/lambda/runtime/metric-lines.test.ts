import { expect, test } from 'vitest';
import { MetricLines } from '../../../lambda/runtime/metric-lines.js';

function written(env: Record<string, string>, use: (metrics: MetricLines) => void): unknown[] {
  const lines: string[] = [];
  use(new MetricLines(env, (line) => lines.push(line)));
  return lines.map((line) => {
    expect(line.endsWith('\n')).toBe(true);
    return JSON.parse(line) as unknown;
  });
}

const env = { EASY_PUBSUB_METRICS_STACK: 'SanityStack' };

test('a line has what CloudWatch requires: namespace, dimension, names with units, values', () => {
  const lines = written(env, (metrics) => {
    metrics.add('RoundTripMs', 1.5, 2);
    metrics.add('RoundTripMs', 3);
    metrics.add('LostFrames', 0);
    metrics.flush();
  });
  expect(lines).toEqual([
    {
      _aws: {
        Timestamp: expect.closeTo(Date.now(), -5) as number,
        CloudWatchMetrics: [
          {
            Namespace: 'EasyPubsub',
            Dimensions: [['Stack']],
            Metrics: [
              { Name: 'RoundTripMs', Unit: 'Milliseconds' },
              { Name: 'LostFrames', Unit: 'Count' },
            ],
          },
        ],
      },
      Stack: 'SanityStack',
      RoundTripMs: [1.5, 2, 3],
      LostFrames: [0],
    },
  ]);
});

test('a line has at most a hundred values of a metric, because CloudWatch drops more', () => {
  const values = Array.from({ length: 250 }, (_, n) => n);
  const lines = written(env, (metrics) => {
    metrics.add('RoundTripMs', ...values);
    metrics.add('LostFrames', 0);
    metrics.flush();
  }) as { RoundTripMs: number[]; LostFrames?: number[] }[];
  expect(lines.map(({ RoundTripMs }) => RoundTripMs.length)).toEqual([100, 100, 50]);
  expect(lines.flatMap(({ RoundTripMs }) => RoundTripMs)).toEqual(values);
  expect(lines.map(({ LostFrames }) => LostFrames)).toEqual([[0], undefined, undefined]);
});

test.each([[{}], [{ EASY_PUBSUB_METRICS_STACK: '' }]])('nothing is written if metrics are off: %j', (unset) => {
  expect(
    written(unset, (metrics) => {
      metrics.add('LostFrames', 1);
      metrics.flush();
    }),
  ).toEqual([]);
});

test('values are written only once', () => {
  const lines = written(env, (metrics) => {
    metrics.add('LostFrames', 1);
    metrics.flush();
    metrics.flush();
  });
  expect(lines.length).toBe(1);
});
