import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assignSticky, type StickyMember } from '../../../src/kafka/consume/sticky-assignment.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const assigned = (partitions: number, members: readonly StickyMember[]): Record<string, number[]> =>
  Object.fromEntries(assignSticky(range(partitions), members));

describe('the sticky assignment', () => {
  test('gives all members of a new group the same number of partitions', () => {
    const members = ['a', 'b', 'c'].map((id) => ({ id, owned: [], since: 0 }));
    expect(assigned(8, members)).toEqual({ a: [0, 1, 2], b: [3, 4, 5], c: [6, 7] });
  });

  test('moves only the partitions that a new member needs', () => {
    const members = [
      { id: 'a', owned: [0, 2, 4], since: 1 },
      { id: 'b', owned: [1, 3, 5], since: 1 },
      { id: 'c', owned: [], since: 0 },
    ];
    expect(assigned(6, members)).toEqual({ a: [0, 2], b: [1, 3], c: [4, 5] });
  });

  test('gives the partitions of a leaving member to the others, which keep theirs', () => {
    const members = [
      { id: 'a', owned: [5, 1], since: 1 },
      { id: 'c', owned: [0, 4], since: 1 },
    ];
    expect(assigned(6, members)).toEqual({ a: [1, 2, 5], c: [0, 3, 4] });
  });

  test('leaves an extra partition with the member that owns most, so that no partition moves needlessly', () => {
    const members = [
      { id: 'a', owned: [0], since: 1 },
      { id: 'b', owned: [1, 2], since: 1 },
    ];
    expect(assigned(3, members)).toEqual({ a: [0], b: [1, 2] });
  });

  test('uses the later of two claims for the same partitions', () => {
    const frozen = { id: 'a', owned: [0, 1], since: 5 };
    const heir = { id: 'b', owned: [0, 1], since: 9 };
    const other = { id: 'c', owned: [2, 3], since: 9 };
    expect(assigned(4, [frozen, heir, other])).toEqual({ a: [3], b: [0, 1], c: [2] });
    expect(assigned(4, [{ ...frozen, since: 9 }, { ...heir, since: 5 }, other])).toEqual({ a: [0, 1], b: [3], c: [2] });
  });

  test('ignores a claim to a partition that does not exist', () => {
    const members = [
      { id: 'a', owned: [7, 8, 0], since: 1 },
      { id: 'b', owned: [1], since: 1 },
    ];
    expect(assigned(2, members)).toEqual({ a: [0], b: [1] });
  });

  test('gives some members nothing if there are more members than partitions', () => {
    const members = ['a', 'b', 'c'].map((id) => ({ id, owned: [], since: 0 }));
    expect(assigned(2, members)).toEqual({ a: [0], b: [1], c: [] });
    expect(assigned(2, [])).toEqual({});
  });
});

describe('in any group', () => {
  const group = fc
    .record({ partitions: fc.nat({ max: 40 }), members: fc.integer({ min: 1, max: 9 }) })
    .chain(({ partitions, members }) =>
      fc.record({
        partitions: fc.constant(partitions),
        members: fc.tuple(
          ...range(members).map((i) =>
            fc.record({
              id: fc.constant(`member-${i}`),
              owned: fc.uniqueArray(fc.nat({ max: 45 }), { maxLength: 20 }),
              since: fc.nat({ max: 3 }),
            }),
          ),
        ),
      }),
    );

  /** The owner of each partition: the latest claim; of equal claims, the first id. */
  function rightful(partitions: number, members: readonly StickyMember[]): Map<string, number[]> {
    const owned = new Map<string, number[]>(members.map(({ id }) => [id, []]));
    for (const partition of range(partitions)) {
      const [winner] = members
        .filter((member) => member.owned.includes(partition))
        .sort((a, b) => b.since - a.since || (a.id < b.id ? -1 : 1));
      if (winner !== undefined) owned.get(winner.id)!.push(partition);
    }
    return owned;
  }

  test('every partition is assigned exactly once, evenly, and each list is sorted', () => {
    fc.assert(
      fc.property(group, ({ partitions, members }) => {
        const lists = [...assignSticky(range(partitions), members).values()];
        expect(lists.flat().sort((a, b) => a - b)).toEqual(range(partitions));
        expect(lists).toHaveLength(members.length);
        const sizes = lists.map(({ length }) => length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        for (const list of lists) expect(list).toEqual([...list].sort((a, b) => a - b));
      }),
      { numRuns: 300 },
    );
  });

  test('as few partitions are moved as an even share allows', () => {
    fc.assert(
      fc.property(group, ({ partitions, members }) => {
        const claims = rightful(partitions, members);
        const assignment = assignSticky(range(partitions), members);
        const kept = members.reduce(
          (sum, { id }) => sum + assignment.get(id)!.filter((partition) => claims.get(id)!.includes(partition)).length,
          0,
        );
        // The largest possible number: each member keeps up to the even share, and some may keep one more.
        const least = Math.floor(partitions / members.length);
        const odd = partitions - least * members.length;
        const sizes = [...claims.values()].map(({ length }) => length);
        const most =
          sizes.reduce((sum, size) => sum + Math.min(size, least), 0) +
          Math.min(odd, sizes.filter((size) => size > least).length);
        expect(kept).toBe(most);
      }),
      { numRuns: 300 },
    );
  });

  test('the assignment is the same for any leader and any order of members', () => {
    const shuffled = group.chain(({ partitions, members }) =>
      fc.record({
        partitions: fc.constant(partitions),
        members: fc.constant(members),
        other: fc.shuffledSubarray([...members], { minLength: members.length }),
        ids: fc.shuffledSubarray(range(partitions), { minLength: partitions }),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ partitions, members, other, ids }) => {
        expect(assignSticky(ids, other)).toEqual(assignSticky(range(partitions), members));
      }),
      { numRuns: 200 },
    );
  });

  test('no partition moves if the group joins again unchanged', () => {
    fc.assert(
      fc.property(group, ({ partitions, members }) => {
        const once = assignSticky(range(partitions), members);
        const again = assignSticky(
          range(partitions),
          members.map(({ id }) => ({ id, owned: once.get(id)!, since: 9 })),
        );
        expect(again).toEqual(once);
      }),
      { numRuns: 200 },
    );
  });
});
