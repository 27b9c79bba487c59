import { expect, test } from 'vitest';
import { groupName, offsetsPartition } from '../../../drills/stage/groups.js';

test('the partition of a group is computed from Java’s hash of its name', () => {
  // "Aa".hashCode() and "BB".hashCode() are both 2112 in Java; this one is the smallest number there is.
  expect(offsetsPartition('Aa', 50)).toBe(2_112 % 50);
  expect(offsetsPartition('BB', 50)).toBe(2_112 % 50);
  expect(offsetsPartition('polygenelubricants', 50)).toBe(0);
});

test('names are tried until one has a wanted partition', () => {
  for (const wanted of [0, 1, 2]) {
    const name = groupName('workers', (group) => offsetsPartition(group, 3) === wanted);
    expect(name).toMatch(/^workers-/);
    expect(offsetsPartition(name, 3)).toBe(wanted);
  }
  expect(() => groupName('workers', () => false)).toThrow(/no name/);
});
