import { describe, expect, test } from 'vitest';
import { pubsub_error, type pubsub_error_code } from '../../src/base/error.js';
import { RestartPolicy } from '../../src/kafka/restart-policy.js';

const failure = (code: pubsub_error_code, retryable = false): pubsub_error =>
  new pubsub_error(code, 'join', 'it ended', { retryable });
/** Pauses are a quarter longer or shorter by chance: what they are without. */
const around = (pause: number | undefined, ms: number): boolean =>
  pause !== undefined && pause >= ms * 0.75 && pause <= ms * 1.25;

describe('a consumer that ended', () => {
  test('by what may pass is made anew, later each time, and soon again after it has joined', () => {
    const policy = new RestartPolicy(0, 0);
    const lost = failure('connection_closed', true);
    const pauses = Array.from({ length: 8 }, () => policy.pauseAfter(lost, false, 0));
    expect([100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000].map((ms, i) => around(pauses[i], ms))).toEqual(
      Array(8).fill(true),
    );
    policy.joined();
    expect(around(policy.pauseAfter(lost, false, 0), 100)).toBe(true);
  });

  test('by a denial stays ended, unless a policy may still be spreading: counted from the beginning', () => {
    for (const code of ['not_authorized', 'authentication_failed'] as const) {
      expect(new RestartPolicy(0, 0).pauseAfter(failure(code), true, 0)).toBeUndefined();
      const patient = new RestartPolicy(60_000, 1_000);
      expect(patient.pauseAfter(failure(code), false, 60_999)).toBeDefined();
      expect(patient.pauseAfter(failure(code), false, 61_000)).toBeUndefined();
    }
  });

  test('because its topic is missing is tried often for a second and a half, and for longer where it was there', () => {
    const policy = new RestartPolicy(0, 0);
    const missing = failure('topic_unknown');
    const pauses = [10, 200, 500, 900, 1_300].map((now) => policy.pauseAfter(missing, false, now));
    expect([100, 200, 400, 500, 500].map((ms, i) => around(pauses[i], ms))).toEqual(Array(5).fill(true));
    expect(policy.pauseAfter(missing, false, 1_510)).toBeUndefined();
    expect(policy.pauseAfter(missing, true, 15_009)).toBeDefined();
    expect(policy.pauseAfter(missing, true, 15_010)).toBeUndefined();
    policy.joined();
    expect(policy.pauseAfter(missing, false, 20_000)).toBeDefined();
  });

  test('by what cannot pass stays ended; once it was a member, only when the group does not want it', () => {
    const policy = new RestartPolicy(0, 0);
    expect(policy.pauseAfter(failure('tls_failed'), false, 0)).toBeUndefined();
    expect(policy.pauseAfter(failure('tls_failed'), true, 0)).toBeDefined();
    expect(policy.pauseAfter(failure('group_refused'), true, 0)).toBeUndefined();
    expect(policy.pauseAfter(failure('group_refused', true), true, 0)).toBeDefined();
  });
});
