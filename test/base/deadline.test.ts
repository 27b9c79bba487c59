import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deadline } from '../../src/base/deadline.js';

const subject = { stage: 'join', what: 'a broker’s answer' } as const;
const never = (): Promise<never> => new Promise(() => undefined);
/** What a promise has come to, without waiting for it: microtasks only. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  let seen: unknown = 'open';
  promise.then(
    (value) => (seen = value),
    (error: unknown) => (seen = error),
  );
  await vi.advanceTimersByTimeAsync(0);
  return seen;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('a deadline', () => {
  test('counts down to 0, and not below', () => {
    const deadline = new Deadline(100);
    expect([deadline.remainingMs(), deadline.over]).toEqual([100, false]);
    vi.advanceTimersByTime(99);
    expect([deadline.remainingMs(), deadline.over]).toEqual([1, false]);
    expect(() => deadline.check(subject)).not.toThrow();
    vi.advanceTimersByTime(500);
    expect([deadline.remainingMs(), deadline.over]).toEqual([0, true]);
  });

  test('takes its time and signal from the options of the caller, or the defaults', () => {
    const { signal } = new AbortController();
    expect(Deadline.of({ timeout_ms: 5, signal }, 100)).toMatchObject({ timeoutMs: 5, signal });
    expect(Deadline.of({ timeout_ms: 0 }, 100).over).toBe(true);
    expect(Deadline.of({}, 100).timeoutMs).toBe(100);
    expect(Deadline.of(undefined, 100)).toMatchObject({ timeoutMs: 100, signal: undefined });
  });

  test('is over when the signal is aborted', () => {
    const controller = new AbortController();
    const deadline = new Deadline(100, controller.signal);
    controller.abort();
    expect(deadline.over).toBe(true);
    expect(deadline.remainingMs()).toBe(100);
  });

  test('throws after it has passed, with what it waited for, how long, the hint and the current details', () => {
    let state = 'early';
    const late = { ...subject, hint: () => `It is ${state}.`, details: () => ({ state }) };
    const deadline = new Deadline(100.4);
    vi.advanceTimersByTime(101);
    state = 'late';
    expect(() => deadline.check(late)).toThrow(
      expect.objectContaining({
        code: 'deadline_exceeded',
        stage: 'join',
        retryable: true,
        raw_message: 'timed out after 100 ms waiting for a broker’s answer',
        hint: 'It is late.',
        details: { timeout_ms: 100, state: 'late' },
      }) as Error,
    );
    expect(() => deadline.check({ ...subject, hint: 'Look here.' })).toThrow(
      expect.objectContaining({ hint: 'Look here.' }) as Error,
    );
    expect(() => deadline.check(subject)).toThrow(expect.objectContaining({ hint: undefined }) as Error);
  });

  test('throws `aborted` first, with the reason of the signal', () => {
    const deadline = new Deadline(0, AbortSignal.abort('enough'));
    expect(() => deadline.check(subject)).toThrow(
      expect.objectContaining({
        code: 'aborted',
        stage: 'join',
        retryable: false,
        raw_message: 'the caller aborted the wait for a broker’s answer',
        cause: 'enough',
      }) as Error,
    );
  });
});

describe('racing a promise', () => {
  test('settles with the value or the error of the promise', async () => {
    const failure = new Error('broken');
    await expect(new Deadline(100).race(Promise.resolve(7), subject)).resolves.toBe(7);
    await expect(new Deadline(100).race(Promise.reject(failure), subject)).rejects.toBe(failure);
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- others do so
    await expect(new Deadline(100).race(Promise.reject('text'), subject)).rejects.toThrow(new Error('text'));
  });

  test('resolves with a value that already exists, even after the deadline', async () => {
    await expect(new Deadline(0).race(Promise.resolve(7), subject)).resolves.toBe(7);
  });

  test('rejects at the deadline, not before', async () => {
    const raced = new Deadline(100).race(never(), subject);
    raced.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(99);
    expect(await outcome(raced)).toBe('open');
    await vi.advanceTimersByTimeAsync(1);
    expect(await outcome(raced)).toMatchObject({ code: 'deadline_exceeded' });
  });

  test('waits only for the remaining time', async () => {
    const deadline = new Deadline(100);
    await vi.advanceTimersByTimeAsync(90);
    const raced = deadline.race(never(), subject);
    raced.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(10);
    expect(await outcome(raced)).toMatchObject({ code: 'deadline_exceeded' });
  });

  test.each([Infinity, 2 ** 31, 2 ** 40])('does not end immediately with a limit of %d ms', async (ms) => {
    const controller = new AbortController();
    const raced = new Deadline(ms, controller.signal).race(never(), subject);
    raced.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await outcome(raced)).toBe('open');
    controller.abort();
    expect(await outcome(raced)).toMatchObject({ code: 'aborted' });
  });

  test('rejects at once when the signal is given, and when it was given before', async () => {
    const controller = new AbortController();
    const raced = new Deadline(100, controller.signal).race(never(), subject);
    controller.abort();
    await expect(raced).rejects.toMatchObject({ code: 'aborted' });
    await expect(new Deadline(100, controller.signal).race(never(), subject)).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  test('adds one listener to a long-lived signal, regardless of the number of calls', async () => {
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, 'addEventListener');
    for (let call = 0; call < 20; call += 1) {
      await new Deadline(100, controller.signal).race(Promise.resolve(7), subject);
    }
    const open = [1, 2].map(() => new Deadline(100, controller.signal).race(new Promise(() => undefined), subject));
    expect(added).toHaveBeenCalledTimes(1);
    const outcomes = open.map(outcome);
    controller.abort();
    expect(await Promise.all(outcomes)).toMatchObject([{ code: 'aborted' }, { code: 'aborted' }]);
  });

  test('ignores the outcome of the promise after the deadline', async () => {
    let fail: (error: Error) => void = () => undefined;
    const raced = new Deadline(10).race(new Promise((_, reject) => (fail = reject)), subject);
    raced.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(10);
    // An unhandled rejection would fail the whole run.
    fail(new Error('too late'));
    expect(await outcome(raced)).toMatchObject({ code: 'deadline_exceeded' });
  });
});

// node:timers/promises goes by the real clock: these tests would hang for an hour if they were wrong.
describe('pausing', () => {
  const hour = 3_600_000;

  test('ends at the deadline at the latest, without an error', async () => {
    const deadline = new Deadline(1);
    vi.advanceTimersByTime(1);
    await expect(deadline.pause(hour, subject)).resolves.toBeUndefined();
  });

  test('ends after its time, even if the deadline is later', async () => {
    await expect(new Deadline(hour).pause(0, subject)).resolves.toBeUndefined();
  });

  test('rejects when the signal is given, and when it was given before', async () => {
    const controller = new AbortController();
    const paused = new Deadline(hour, controller.signal).pause(hour, subject);
    controller.abort('enough');
    await expect(paused).rejects.toMatchObject({ code: 'aborted', cause: 'enough' });
    await expect(new Deadline(hour, controller.signal).pause(hour, subject)).rejects.toMatchObject({ code: 'aborted' });
  });
});
