import { describe, expect, test } from 'vitest';
import { pubsub_error, type pubsub_error_code } from '../../../src/base/error.js';
import { RetryPolicy } from '../../../src/kafka/client/retry-policy.js';

const failure = (code: pubsub_error_code, retryable = false): pubsub_error =>
  new pubsub_error(code, 'join', 'it failed', { retryable });
/** Pauses vary randomly by a quarter: compares with the pause without the variation. */
const around = (pause: number | undefined, ms: number): boolean =>
  pause !== undefined && pause >= ms * 0.75 && pause <= ms * 1.25;

describe('before the first success', () => {
  test('temporary failures are retried after growing pauses', () => {
    const policy = new RetryPolicy(0);
    const pauses = Array.from({ length: 7 }, () => policy.pauseAfter(failure('connection_closed', true), 0));
    expect([100, 200, 400, 800, 1_600, 2_000, 2_000].map((ms, i) => around(pauses[i], ms))).toEqual(
      Array(7).fill(true),
    );
  });

  test('all other failures are final', () => {
    for (const code of ['tls_failed', 'not_kafka', 'group_refused', 'credentials_missing', 'host_not_found'] as const)
      expect(new RetryPolicy(0).pauseAfter(failure(code), 0)).toBeUndefined();
  });

  test('a topic may be missing for a second and a half', () => {
    const policy = new RetryPolicy(0);
    const missing = failure('topic_unknown');
    const pauses = [10, 200, 500, 900, 1_300].map((now) => policy.pauseAfter(missing, now));
    expect([100, 200, 400, 500, 500].map((ms, i) => around(pauses[i], ms))).toEqual(Array(5).fill(true));
    expect(policy.pauseAfter(missing, 1_510)).toBeUndefined();
  });
});

describe('before the first success of a client that has worked', () => {
  test('names that stop resolving and refused logins are retried, denied rights and missing topics are not', () => {
    const policy = (): RetryPolicy => new RetryPolicy(0, true);
    for (const code of ['host_not_found', 'authentication_failed', 'credentials_missing', 'tls_failed'] as const)
      expect(policy().pauseAfter(failure(code), 0)).toBeDefined();
    expect(policy().pauseAfter(failure('not_authorized'), 0)).toBeUndefined();
    const missing = policy();
    expect(missing.pauseAfter(failure('topic_unknown'), 0)).toBeDefined();
    expect(missing.pauseAfter(failure('topic_unknown'), 1_500)).toBeUndefined();
  });
});

describe('a denial', () => {
  test.each(['not_authorized', 'authentication_failed'] as const)(
    '%s is final, except within the time for a new policy, counted from the first denial',
    (code) => {
      expect(new RetryPolicy(0).pauseAfter(failure(code), 0)).toBeUndefined();
      const patient = new RetryPolicy(60_000);
      expect(patient.pauseAfter(failure('connection_closed', true), 0)).toBeDefined();
      expect(patient.pauseAfter(failure(code), 50_000)).toBeDefined();
      expect(patient.pauseAfter(failure(code), 109_999)).toBeDefined();
      expect(patient.pauseAfter(failure(code), 110_000)).toBeUndefined();
    },
  );

  test('of a right stays final after a success, and is counted from the first one after it', () => {
    const policy = new RetryPolicy(0);
    policy.succeeded();
    expect(policy.pauseAfter(failure('not_authorized'), 0)).toBeUndefined();
    const patient = new RetryPolicy(1_000);
    patient.pauseAfter(failure('not_authorized'), 0);
    patient.succeeded();
    expect(patient.pauseAfter(failure('not_authorized'), 5_000)).toBeDefined();
    expect(patient.pauseAfter(failure('not_authorized'), 6_000)).toBeUndefined();
  });
});

describe('after a success', () => {
  test('pauses start short again', () => {
    const policy = new RetryPolicy(0);
    for (let i = 0; i < 6; i += 1) policy.pauseAfter(failure('connection_closed', true), 0);
    policy.succeeded();
    expect(around(policy.pauseAfter(failure('connection_closed', true), 0), 100)).toBe(true);
  });

  test('failures of names, logins, credentials and certificates, and missing topics, are retried', () => {
    const codes = [
      'host_not_found',
      'authentication_failed',
      'credentials_missing',
      'tls_failed',
      'topic_unknown',
    ] as const;
    for (const code of codes) {
      const policy = new RetryPolicy(0);
      policy.succeeded();
      for (let now = 0; now < 3_600_000; now += 60_000)
        expect(policy.pauseAfter(failure(code), now), code).toBeDefined();
    }
  });

  test('a group that cannot be joined in this way stays final', () => {
    const policy = new RetryPolicy(0);
    policy.succeeded();
    expect(policy.pauseAfter(failure('group_refused'), 0)).toBeUndefined();
    expect(policy.pauseAfter(failure('group_refused', true), 0)).toBeDefined();
  });
});
