import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HandlerCutOff, HandlerLimit, HandlerTimeout } from '../../src/pubsub/handler-limit.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const forever = (): Promise<void> => new Promise(() => undefined);

describe('a handler', () => {
  test('within its time ends as it ends, and leaves no timer', async () => {
    const limit = new HandlerLimit(100);
    await expect(limit.run(() => Promise.resolve())).resolves.toBeUndefined();
    await expect(limit.run(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    // Handlers throw all sorts of things.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    await expect(limit.run(() => Promise.reject('a text'))).rejects.toThrow('a text');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('past its time is told by its signal, and not waited for', async () => {
    const limit = new HandlerLimit(100);
    let signal: AbortSignal | undefined;
    const run = limit.run((ask) => {
      signal = ask();
      return forever();
    });
    const outcome = expect(run).rejects.toThrow(new HandlerTimeout(100));
    vi.advanceTimersByTime(99);
    expect(signal?.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    await outcome;
    expect(signal?.reason).toBeInstanceOf(HandlerTimeout);
  });

  test('that asks for its signal only when it is too late gets one that has been given', async () => {
    const limit = new HandlerLimit(100);
    let ask: (() => AbortSignal) | undefined;
    const run = limit.run((signal) => {
      ask = signal;
      return forever();
    });
    const outcome = expect(run).rejects.toThrow(HandlerTimeout);
    vi.advanceTimersByTime(100);
    await outcome;
    expect(ask?.().aborted).toBe(true);
  });

  test('that is cut off ends at once, and all others with it', async () => {
    const limit = new HandlerLimit(100);
    const signals: AbortSignal[] = [];
    const runs = [0, 1].map(() =>
      limit.run((ask) => {
        signals.push(ask());
        return forever();
      }),
    );
    const outcomes = Promise.all(runs.map((run) => expect(run).rejects.toThrow(HandlerCutOff)));
    expect(limit.isCutOff).toBe(false);
    limit.cutOff();
    await outcomes;
    expect(limit.isCutOff).toBe(true);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
