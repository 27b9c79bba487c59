import { describe, expect, test } from 'vitest';
import { together } from '../../src/base/together.js';
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
