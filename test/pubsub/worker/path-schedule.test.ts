import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PathSchedule } from '../../../src/pubsub/worker/path-schedule.js';

const schedule = (concurrency: number, maxWaiting = 100): PathSchedule<string> =>
  new PathSchedule({ concurrency, maxWaiting });

describe('a schedule of paths', () => {
  test('runs different paths concurrently, and frames of one path one at a time, in order', () => {
    const plan = schedule(10);
    expect(plan.add('a', 'a1')).toBe(true);
    expect(plan.add('a', 'a2')).toBe(false);
    expect(plan.add('a', 'a3')).toBe(false);
    expect(plan.add('b', 'b1')).toBe(true);
    expect([plan.running, plan.waiting]).toEqual([2, 2]);
    expect(plan.next()).toBeUndefined();
    plan.ended('a');
    expect(plan.next()).toEqual({ path: 'a', item: 'a2' });
    expect(plan.next()).toBeUndefined();
    plan.ended('a');
    plan.ended('b');
    expect(plan.next()).toEqual({ path: 'a', item: 'a3' });
    plan.ended('a');
    expect([plan.running, plan.waiting]).toEqual([0, 0]);
    // A path that is done with is free again.
    expect(plan.add('a', 'a4')).toBe(true);
  });

  test('takes no more frames than may run at the same time', () => {
    const plan = schedule(2);
    plan.add('a', 'a1');
    expect(plan.wants).toBe(true);
    plan.add('b', 'b1');
    expect(plan.wants).toBe(false);
    plan.ended('a');
    expect(plan.wants).toBe(true);
  });

  test('takes no more frames than may wait, while all frames are for one path', () => {
    const plan = schedule(10, 2);
    for (const item of ['a1', 'a2', 'a3']) plan.add('a', item);
    expect(plan.wants).toBe(false);
    plan.ended('a');
    plan.next();
    expect(plan.wants).toBe(true);
  });

  test('runs frames without a path beside all others, and counts them', () => {
    const plan = schedule(2);
    expect(plan.add(undefined, 'x')).toBe(true);
    expect(plan.add(undefined, 'y')).toBe(true);
    expect(plan.wants).toBe(false);
    plan.ended(undefined);
    expect([plan.running, plan.wants]).toEqual([1, true]);
  });

  test('starts no waiting path while the limit is reached', () => {
    const plan = schedule(1);
    plan.add('a', 'a1');
    plan.add('a', 'a2');
    plan.ended('a');
    plan.add(undefined, 'x');
    expect(plan.next()).toBeUndefined();
    plan.ended(undefined);
    expect(plan.next()).toEqual({ path: 'a', item: 'a2' });
  });

  test('puts an item that may not begin yet back at the front of its path', () => {
    const plan = schedule(10);
    for (const item of ['a1', 'a2']) plan.add('a', item);
    plan.putBack('a', 'a1');
    expect([plan.running, plan.waiting]).toEqual([0, 2]);
    expect(plan.add('a', 'a3')).toBe(false);
    expect(plan.next()).toEqual({ path: 'a', item: 'a1' });
    expect(plan.next()).toBeUndefined();
    plan.ended('a');
    expect(plan.next()).toEqual({ path: 'a', item: 'a2' });
  });

  test('runs everything once in any sequence of events, each path in order, never two of one path, never more than the limit', () => {
    const move = fc.record({ path: fc.constantFrom('a', 'b', 'c', undefined), ends: fc.nat(3), refused: fc.boolean() });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 80 }), fc.integer({ min: 1, max: 4 }), (moves, concurrency) => {
        const plan = new PathSchedule<number>({ concurrency, maxWaiting: 5 });
        const running: { path: string | undefined; item: number }[] = [];
        const begun = new Map<string | undefined, number[]>();
        let added = 0;
        const begin = (path: string | undefined, item: number): void => {
          expect(path === undefined || running.every((other) => other.path !== path)).toBe(true);
          running.push({ path, item });
          begun.set(path, [...(begun.get(path) ?? []), item]);
          expect(running.length).toBeLessThanOrEqual(concurrency);
        };
        const startFreed = (refused: boolean): void => {
          for (let next = plan.next(); next !== undefined; next = plan.next()) {
            if (refused) {
              plan.putBack(next.path, next.item);
              return;
            }
            begin(next.path, next.item);
          }
        };
        const end = (): void => plan.ended(running.shift()!.path);
        for (const { path, ends, refused } of moves) {
          for (let i = 0; i < ends && running.length > 0; i += 1) end();
          startFreed(refused);
          if (!plan.wants) continue;
          if (plan.add(path, added)) begin(path, added);
          added += 1;
        }
        while (running.length > 0 || plan.waiting > 0) {
          if (running.length > 0) end();
          startFreed(false);
        }
        const all = [...begun.values()].flat();
        expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: added }, (_, i) => i));
        for (const items of begun.values()) expect(items).toEqual(items.toSorted((a, b) => a - b));
        expect([plan.running, plan.waiting]).toEqual([0, 0]);
      }),
    );
  });
});
