import { describe, expect, test } from 'vitest';
import { StartedTogether, together } from '../../src/base/together.js';
import type { wait_options } from '../../src/base/deadline.js';
import { refusal } from '../support/refusal.js';
import { pubsub_error } from '../../src/base/error.js';

/** Goes on until its signal is given, and takes a moment to end then. */
function endless(ends: string[], name: string): (options: wait_options) => Promise<void> {
  return ({ signal }) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () =>
        setImmediate(() => {
          ends.push(name);
          reject(new Error(`${name} was given up`));
        }),
      );
    });
}

describe('operations that start together', () => {
  test('have all started, with the options of the caller, when the promise resolves', async () => {
    const seen: unknown[] = [];
    const start = ({ timeout_ms }: wait_options): Promise<void> => Promise.resolve(void seen.push(timeout_ms));
    await together({ timeout_ms: 7 }, [start, start]);
    expect(seen).toEqual([7, 7]);
  });

  test('are aborted when the first one fails, and have ended when the promise rejects with its error', async () => {
    const ends: string[] = [];
    const fails = (): Promise<void> => Promise.reject(new pubsub_error('topic_unknown', 'connect', 'no'));
    const error = await refusal(together({}, [endless(ends, 'a'), fails, endless(ends, 'b')]));
    expect(error.code).toBe('topic_unknown');
    expect(ends).toEqual(['a', 'b']);
  });

  test('are aborted with the signal of the caller', async () => {
    const ends: string[] = [];
    const caller = new AbortController();
    const both = together({ signal: caller.signal }, [endless(ends, 'a'), endless(ends, 'b')]);
    caller.abort();
    await expect(both).rejects.toThrow('a was given up');
    expect(ends).toEqual(['a', 'b']);
  });
});

describe('an object that several callers start', () => {
  const succeeds = (): Promise<void> => Promise.resolve();
  const given = (ms: number): wait_options => ({ signal: AbortSignal.timeout(ms) });

  test('is undone by the last caller whose start fails, not while another one still waits', async () => {
    const starting = new StartedTogether();
    const undone: string[] = [];
    const start = (name: string, ms: number): Promise<void> =>
      starting.start(given(ms), [succeeds, endless([], name)], () => Promise.resolve(void undone.push(name)));
    await expect(Promise.all([start('short', 1), refusal(start('long', 20))])).rejects.toThrow('short was given up');
    expect(undone).toEqual([]);
    await expect.poll(() => undone).toEqual(['long']);
  });

  test('is not undone after a caller has succeeded, until it is reset', async () => {
    const starting = new StartedTogether();
    let undone = 0;
    const undo = (): Promise<void> => Promise.resolve(void (undone += 1));
    await starting.start({}, [succeeds], undo);
    expect(starting.isStarted).toBe(true);
    await expect(starting.start(given(1), [endless([], 'a')], undo)).rejects.toThrow('a was given up');
    expect(undone).toBe(0);
    starting.reset();
    await expect(starting.start(given(1), [endless([], 'a')], undo)).rejects.toThrow('a was given up');
    expect(undone).toBe(1);
  });
});
