import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  HandlerCutOff,
  HandlerLimit,
  HandlerTimeout,
  RequestDeadlinePassed,
  type HandlerRun,
} from '../../../src/pubsub/worker/handler-limit.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const forever = (): Promise<void> => new Promise(() => undefined);

describe('a handler', () => {
  test('that ends within its time keeps its outcome, and leaves no timer', async () => {
    const limit = new HandlerLimit(100);
    await expect(limit.run(() => Promise.resolve())).resolves.toBeUndefined();
    await expect(limit.run(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    // Handlers throw all sorts of things.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    await expect(limit.run(() => Promise.reject('a text'))).rejects.toThrow('a text');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that exceeds its time gets an aborted signal, and is not awaited', async () => {
    const limit = new HandlerLimit(100);
    let signal: AbortSignal | undefined;
    const ended = limit.run((run) => {
      ({ signal } = run);
      return forever();
    });
    const outcome = expect(ended).rejects.toThrow(new HandlerTimeout(100));
    vi.advanceTimersByTime(99);
    expect(signal?.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    await outcome;
    expect(signal?.reason).toBeInstanceOf(HandlerTimeout);
  });

  describe('whose request has a deadline', () => {
    const started = (deadlineMs: number, work: (run: HandlerRun) => Promise<void> = forever) => {
      let kept: HandlerRun | undefined;
      const limit = new HandlerLimit(100);
      const outcome = limit
        .run((run) => {
          kept = run;
          return work(run);
        }, deadlineMs)
        .then(
          () => 'ended',
          (error: unknown) => (error as Error).name,
        );
      if (kept === undefined) throw new Error('the handler did not start');
      return { run: kept, outcome };
    };

    test('gets an aborted signal then, and keeps its time', async () => {
      const { run, outcome } = started(20);
      const { signal } = run;
      vi.advanceTimersByTime(19);
      expect(signal.aborted).toBe(false);
      vi.advanceTimersByTime(1);
      expect(signal.reason).toBeInstanceOf(RequestDeadlinePassed);
      expect(run.isOver).toBe(false);
      vi.advanceTimersByTime(80);
      expect(await outcome).toBe('HandlerTimeout');
    });

    test('costs no timer if it does not read its signal', () => {
      started(20);
      expect(vi.getTimerCount()).toBe(1);
    });

    test('and that reads its signal after the deadline gets an aborted one', () => {
      const { run } = started(20);
      vi.advanceTimersByTime(30);
      const { signal } = run;
      expect(signal.reason).toBeInstanceOf(RequestDeadlinePassed);
      // A timer for a time that has passed makes Node print a warning.
      expect(vi.getTimerCount()).toBe(1);
    });

    test('leaves no timer when it ends', async () => {
      const { outcome } = started(20, ({ signal }) => Promise.resolve(signal).then(() => undefined));
      expect(await outcome).toBe('ended');
      expect(vi.getTimerCount()).toBe(0);
    });

    test('gets no second reason from a deadline behind its limit', () => {
      const { run } = started(500);
      const { signal } = run;
      vi.advanceTimersByTime(500);
      expect(signal.reason).not.toBeInstanceOf(RequestDeadlinePassed);
    });

    test.each(['the reason of the signal', 'an AbortError'])(
      'and that throws %s then stopped at the deadline',
      async (what) => {
        const { outcome } = started(20, ({ signal }) => {
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reject(what === 'an AbortError' ? new DOMException('aborted', 'AbortError') : (signal.reason as Error));
            });
          });
        });
        vi.advanceTimersByTime(20);
        expect(await outcome).toBe('RequestDeadlinePassed');
      },
    );

    test('and that throws another error then keeps this error', async () => {
      const { outcome } = started(20, ({ signal }) => {
        return new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new TypeError('a mistake')));
        });
      });
      vi.advanceTimersByTime(20);
      expect(await outcome).toBe('TypeError');
    });
  });

  test('that begins later has the same time, and one timer serves all', async () => {
    const limit = new HandlerLimit(100);
    const told: string[] = [];
    const start = (name: string, work: Promise<void>): void => {
      limit
        .run(() => work)
        .then(
          () => told.push(`${name} ended`),
          () => told.push(`${name} timed out`),
        );
    };
    const settled = async (): Promise<void> => {
      for (let i = 0; i < 5; i += 1) await Promise.resolve();
    };
    start('a', forever());
    vi.advanceTimersByTime(30);
    start('b', Promise.resolve());
    start('c', forever());
    await settled();
    expect(told).toEqual(['b ended']);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(70);
    await settled();
    expect(told).toEqual(['b ended', 'a timed out']);
    vi.advanceTimersByTime(29);
    await settled();
    expect(told).toHaveLength(2);
    vi.advanceTimersByTime(1);
    await settled();
    expect(told).toEqual(['b ended', 'a timed out', 'c timed out']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that reads its signal only after its time gets an aborted one', async () => {
    const limit = new HandlerLimit(100);
    let late: HandlerRun | undefined;
    const ended = limit.run((run) => {
      late = run;
      return forever();
    });
    const outcome = expect(ended).rejects.toThrow(HandlerTimeout);
    vi.advanceTimersByTime(100);
    await outcome;
    expect(late?.signal.aborted).toBe(true);
  });

  test('that is cut off ends immediately, together with all others', async () => {
    const limit = new HandlerLimit(100);
    const signals: AbortSignal[] = [];
    const runs = [0, 1].map(() =>
      limit.run((run) => {
        signals.push(run.signal);
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
