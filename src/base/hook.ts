import type { logger } from './ports.js';
import { isThenable } from './thenable.js';
import { thrownText } from './thrown.js';

/**
 * Calls a user's hook. What it throws or rejects with is logged and has no other effect: hooks observe.
 *
 * @param name as the user knows it
 */
export function callHook(log: logger, name: string, hook: () => unknown): void {
  const failed = (thrown: unknown): void => log.error(`${name} failed`, { error: thrownText(thrown) });
  try {
    const result = hook();
    if (isThenable(result)) Promise.resolve(result).then(undefined, failed);
  } catch (thrown) {
    failed(thrown);
  }
}
