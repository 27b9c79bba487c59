import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OffsetTracker } from '../../../src/kafka/consume/offset-tracker.js';

describe('the offset that may be committed', () => {
  test('is undefined before any frame is done', () => {
    const tracker = new OffsetTracker();
    tracker.delivered(5);
    expect(tracker.committable).toBeUndefined();
  });

  test('waits for the slowest frame', () => {
    const tracker = new OffsetTracker();
    for (const offset of [5, 6, 7]) tracker.delivered(offset);
    tracker.done(6);
    tracker.done(7);
    expect(tracker.committable).toBeUndefined();
    tracker.done(5);
    expect(tracker.committable).toBe(8);
  });

  test('does not pass a gap before a later offset is known', () => {
    const tracker = new OffsetTracker();
    tracker.delivered(5);
    tracker.delivered(900);
    tracker.done(5);
    expect(tracker.committable).toBe(6);
    tracker.done(900);
    expect(tracker.committable).toBe(901);
  });

  test('equals that of a model, for thousands of records that are delivered and done in any order', () => {
    // Each number: how many records are delivered, then how many of the open ones are done, and which.
    const step = fc.record({
      come: fc.nat({ max: 400 }),
      gap: fc.nat({ max: 3 }),
      done: fc.nat({ max: 400 }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const tracker = new OffsetTracker();
        const delivered: number[] = [];
        const done = new Set<number>();
        let next = 0;
        for (const { come, gap, done: howMany, seed } of steps) {
          next += gap;
          for (let i = 0; i < come; i += 1) {
            tracker.delivered(next);
            delivered.push(next);
            next += 1;
          }
          for (let i = 0; i < howMany; i += 1) {
            const open = delivered.filter((offset) => !done.has(offset));
            if (open.length === 0) break;
            const offset = open[(seed + i * 7) % Math.min(open.length, 50)]!;
            done.add(offset);
            tracker.done(offset);
          }
          const firstOpen = delivered.findIndex((offset) => !done.has(offset));
          const contiguous = firstOpen < 0 ? delivered : delivered.slice(0, firstOpen);
          const last = contiguous.at(-1);
          expect(tracker.committable).toBe(last === undefined ? undefined : last + 1);
        }
      }),
      { numRuns: 30 },
    );
  });
});

test('the started position is one past the highest started offset, in any order', () => {
  const tracker = new OffsetTracker();
  expect(tracker.startedUntil).toBeUndefined();
  tracker.started(0);
  expect(tracker.startedUntil).toBe(1);
  tracker.started(7);
  tracker.started(3);
  expect(tracker.startedUntil).toBe(8);
});

describe('after the log has lost its records from an offset on', () => {
  /** Records 0 to 5 were delivered, and those from 3 on are lost. */
  function cut(...done: number[]): OffsetTracker {
    const tracker = new OffsetTracker();
    for (let offset = 0; offset < 6; offset += 1) {
      tracker.delivered(offset);
      tracker.started(offset);
    }
    for (const offset of done) tracker.done(offset);
    tracker.cutFrom(3);
    tracker.passed(3);
    return tracker;
  }

  test('earlier records that are not done still hold the offset back', () => {
    const tracker = cut(0, 4);
    tracker.delivered(3);
    tracker.done(3);
    expect(tracker.committable).toBe(1);
    tracker.done(1);
    tracker.done(2);
    expect(tracker.committable, 'the lost record 3 was done, and the new one is not').toBe(3);
    tracker.done(3);
    expect(tracker.committable).toBe(4);
  });

  test('the offset is at most that one, also if later records were done', () => {
    const tracker = cut(0, 1, 2, 3, 4, 5);
    expect([tracker.committable, tracker.startedUntil]).toEqual([3, 3]);
    tracker.delivered(3);
    tracker.started(3);
    tracker.done(3);
    expect([tracker.committable, tracker.startedUntil]).toEqual([4, 4]);
  });

  test('a lost record that is done or started later changes nothing', () => {
    const tracker = cut(0, 1, 2);
    for (const offset of [3, 4, 5]) {
      tracker.started(offset);
      tracker.done(offset);
    }
    expect([tracker.committable, tracker.startedUntil]).toEqual([3, 3]);
  });

  test('twice, each of its lost records must be done before the new one counts', () => {
    const tracker = cut(0, 1, 2);
    tracker.delivered(3);
    tracker.cutFrom(3);
    tracker.delivered(3);
    tracker.done(3);
    tracker.done(3);
    expect(tracker.committable).toBe(3);
    tracker.done(3);
    expect(tracker.committable).toBe(4);
  });
});
