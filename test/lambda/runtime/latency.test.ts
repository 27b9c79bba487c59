import { expect, test } from 'vitest';
import { Latency } from '../../../lambda/runtime/latency.js';

function of(samples: readonly number[]): Latency {
  const latency = new Latency();
  for (const sample of samples) latency.add(sample);
  return latency;
}

test('all samples are kept if there are few', () => {
  expect(of([3, 1.239, 2]).samples(10)).toEqual([1.24, 2, 3]);
  expect(of([]).samples(10)).toEqual([]);
});

test('a reduced set of samples has the distribution of all', () => {
  const all = of(Array.from({ length: 10_000 }, (_, n) => 10_000 - n));
  const some = all.samples(100);
  expect(some.length).toBe(100);
  const { p50, p99, max } = of(some).summary();
  expect({ p50, p99, max }).toEqual({ p50: 5_000, p99: 9_900, max: 10_000 });
});
