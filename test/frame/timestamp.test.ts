import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { timestampOf, timeText, wallMsOf } from '../../src/frame/timestamp.js';

describe('a wall clock as a timestamp', () => {
  test.each([
    [0, 0n, 0],
    [999.999, 0n, 999_999_000],
    [1_000, 1n, 0],
    [1_767_225_600_123.5, 1_767_225_600n, 123_500_000],
    [-1, -1n, 999_000_000],
    [-1_000.5, -2n, 999_500_000],
  ])('of %d ms has %d s and %i ns', (ms, seconds, nanos) => {
    expect(timestampOf(ms)).toMatchObject({ seconds, nanos });
  });

  test('is valid, in whole microseconds, and at most one of them too early', () => {
    const until2100 = fc.double({ min: 0, max: 4.1e12, noNaN: true });
    fc.assert(
      fc.property(until2100, (ms) => {
        const timestamp = timestampOf(ms);
        expect(timestamp.nanos).toBeGreaterThanOrEqual(0);
        expect(timestamp.nanos).toBeLessThan(1_000_000_000);
        expect(timestamp.nanos % 1_000).toBe(0);
        const early = ms - wallMsOf(timestamp);
        // A number of this size is itself known to a quarter of a microsecond only.
        expect(early).toBeGreaterThanOrEqual(-0.001);
        expect(early).toBeLessThanOrEqual(0.002);
      }),
    );
  });

  test('converts back to the exact milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 4_100_000_000_000 }), (ms) => {
        expect(wallMsOf(timestampOf(ms))).toBe(ms);
      }),
    );
  });
});

test.each([
  [0n, '1970-01-01T00:00:00.000Z'],
  [-(2n ** 62n), '-4611686018427387904 s after 1970'],
  [2n ** 62n, '4611686018427387904 s after 1970'],
])('%d s as text: %s', (seconds, text) => {
  expect(timeText({ $typeName: 'google.protobuf.Timestamp', seconds, nanos: 0 })).toBe(text);
});
