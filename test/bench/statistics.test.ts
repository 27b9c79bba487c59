import { expect, test } from 'vitest';
import { median, percentile, ratios, summarize } from '../../bench/statistics.js';

test('the median is the middle value, or the mean of the two middle values', () => {
  expect(median([30, 1, 200])).toBe(30);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNaN();
});

test('numbers are sorted as numbers, and the input is not changed', () => {
  const values = [100, 9, 20];
  expect(percentile(values, 0.5)).toBe(20);
  expect(values).toEqual([100, 9, 20]);
});

test('a percentile is a measured value (nearest rank)', () => {
  const values = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect(percentile(values, 0.5)).toBe(100);
  expect(percentile(values, 0.99)).toBe(198);
  expect(percentile(values, 1)).toBe(200);
  expect(percentile(values, 0)).toBe(1);
  expect(percentile([7], 0.99)).toBe(7);
  expect(percentile([], 0.99)).toBeNaN();
});

test('a summary has the median and the range', () => {
  expect(summarize([3, 1, 8])).toEqual({ median: 3, min: 1, max: 8 });
});

test('ratios are computed for each round, not from medians', () => {
  expect(ratios([10, 40, 9], [5, 10, 9])).toEqual([2, 4, 1]);
  expect(() => ratios([1], [1, 2])).toThrow('1 rounds cannot be compared with 2');
});
