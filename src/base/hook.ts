import type { logger } from './ports.js';
import { isThenable } from './thenable.js';
import { thrownText } from './thrown.js';

/**
 * Calls code of a user whose failure must change nothing: what it throws, or rejects with, goes to `failed`.
 *
 * @returns what `call` returns; undefined where it throws. A promise that it returns is not waited for
 */
export function guarded<T>(call: () => T, failed: (thrown: unknown) => void): T | undefined {
  try {
    const result = call();
    if (isThenable(result)) {
      // What `failed` returns may be a promise, too, which takes care of itself.
      Promise.resolve(result).then(undefined, (thrown: unknown) => {
        failed(thrown);
      });
    }
    return result;
  } catch (thrown) {
    failed(thrown);
    return undefined;
  }
}

/**
 * Calls a user's hook. What it throws or rejects with is logged and has no other effect: hooks observe.
 *
 * @param name as the user knows it
 */
export function callHook(log: logger, name: string, hook: () => unknown): void {
  guarded(hook, (thrown) => log.error(`${name} failed`, { error: thrownText(thrown) }));
}
