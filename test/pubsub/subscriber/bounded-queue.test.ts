import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BoundedQueue } from '../../../src/pubsub/subscriber/bounded-queue.js';

/** Whether it has resolved by now. */
async function resolved(promise: Promise<void>): Promise<boolean> {
  let done = false;
  promise.then(
    () => (done = true),
    () => undefined,
  );
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

describe('a bounded queue', () => {
  test('returns items in order while it grows and empties', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: -40, max: -1 }))), (moves) => {
        const queue = new BoundedQueue<number>({ maxItems: 10, maxBytes: 100 });
        const model: number[] = [];
        let next = 0;
        for (const move of moves) {
          for (let i = 0; i < move; i += 1) {
            queue.push(next, 1);
            model.push(next);
            next += 1;
          }
          for (let i = 0; i > move; i -= 1) expect(queue.shift()).toBe(model.shift());
          expect(queue.size).toBe(model.length);
          expect(queue.peek()).toBe(model[0]);
          expect(queue.hasRoom()).toBe(model.length < 10);
        }
      }),
    );
  });

  test('has no room at its limit of items, or of bytes', () => {
    const byItems = new BoundedQueue<string>({ maxItems: 2, maxBytes: 1_000 });
    byItems.push('a', 1);
    expect(byItems.hasRoom()).toBe(true);
    byItems.push('b', 1);
    expect(byItems.hasRoom()).toBe(false);
    const byBytes = new BoundedQueue<string>({ maxItems: 100, maxBytes: 10 });
    byBytes.push('a', 10);
    expect(byBytes.hasRoom()).toBe(false);
    byBytes.shift();
    expect(byBytes.hasRoom()).toBe(true);
  });

  test('notifies all callers that wait for room when half of both limits is free, and not before', async () => {
    const queue = new BoundedQueue<number>({ maxItems: 4, maxBytes: 100 });
    expect(await resolved(queue.room())).toBe(true);
    queue.push(0, 70);
    for (let i = 1; i < 4; i += 1) queue.push(i, 10);
    const waiting = [queue.room(), queue.room()];
    queue.shift();
    expect(await Promise.all(waiting.map(resolved))).toEqual([false, false]);
    queue.shift();
    expect(await Promise.all(waiting.map(resolved))).toEqual([true, true]);
    const heavy = new BoundedQueue<number>({ maxItems: 4, maxBytes: 100 });
    heavy.push(0, 10);
    heavy.push(1, 60);
    const room = heavy.room();
    heavy.shift();
    expect(await resolved(room)).toBe(false);
    heavy.shift();
    expect(await resolved(room)).toBe(true);
  });

  test('keeps no reference to taken items', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const queue = new BoundedQueue<object>({ maxItems: 1_000, maxBytes: 1_000 });
    const taken = (() => {
      for (let i = 0; i < 20; i += 1) queue.push({ i }, 1);
      return Array.from({ length: 10 }, () => new WeakRef(queue.shift()!));
    })();
    // A WeakRef holds its target until the turn ends in which it was made.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(taken.filter((reference) => reference.deref() !== undefined)).toEqual([]);
    expect(queue.size).toBe(10);
  });
});
