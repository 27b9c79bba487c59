import { pubsub_error } from './error.js';
import type { logger } from './ports.js';
import { isThenable } from './thenable.js';
import { thrownText } from './thrown.js';

/**
 * Calls code of a user whose failure must have no effect: what it throws, or rejects with, goes to `failed`.
 *
 * @returns what `call` returns; undefined if it throws. A promise that it returns is not awaited
 */
export function guarded<T>(call: () => T, failed: (thrown: unknown) => void): T | undefined {
  try {
    const result = call();
    if (isThenable(result)) {
      // `failed` may return a promise, too. It handles its own rejection.
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
 * Calls a user's hook. What it throws or rejects with is logged and has no other effect: hooks only observe.
 *
 * @param name as the user knows it
 */
export function callHook(log: logger, name: string, hook: () => unknown): void {
  guarded(hook, (thrown) => log.error(`${name} failed`, { error: thrownText(thrown) }));
}

/**
 * Checks the options that are functions of the user. A value of another kind would fail at every call.
 *
 * @param names the options that are functions, if they are given
 * @throws pubsub_error `argument_invalid`
 */
export function requireHooks<O extends object>(options: O, names: readonly (keyof O & string)[]): void {
  for (const name of names) {
    const hook: unknown = options[name];
    if (hook === undefined || typeof hook === 'function') continue;
    throw new pubsub_error('argument_invalid', 'config', `the option ${name} is not a function`, {
      hint: 'Give a function, or leave it out.',
      details: { field: name },
    });
  }
}
