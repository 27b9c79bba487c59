import { expect, test } from 'vitest';
import { BoundedList } from '../../../lambda/runtime/bounded-list.js';

test('a bounded list keeps items up to its limit, and counts all', () => {
  const list = new BoundedList<number>(2, 1_000);
  for (const n of [1, 2, 3]) list.add(n);
  expect([list.listed, list.count, list.leftOut]).toEqual([[1, 2], 3, 1]);
});

test('a bounded list keeps items up to its limit of bytes, and none after the first that did not fit', () => {
  const list = new BoundedList<string>(100, 12);
  for (const text of ['é', 'long enough', 'a']) list.add(text);
  expect([list.listed, list.count, list.leftOut]).toEqual([['é'], 3, 2]);
});
