import { setTimeout as sleep } from 'node:timers/promises';
import { thrownError } from './thrown.js';

/**
 * Listeners of a signal, behind one listener of this module. One signal often ends thousands of calls at once, and
 * Node warns of a leak at more than ten listeners.
 */
const listeners = new WeakMap<AbortSignal, Set<() => void>>();

const nothing = (): void => undefined;

/**
 * Calls back when the signal is aborted, at once if it was aborted before. Returns a function that removes the
 * listener.
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return nothing;
  if (signal.aborted) {
    listener();
    return nothing;
  }
  let set = listeners.get(signal);
  if (set === undefined) {
    const created = new Set<() => void>();
    listeners.set(signal, (set = created));
    signal.addEventListener(
      'abort',
      () => {
        listeners.delete(signal);
        for (const notify of [...created]) notify();
      },
      { once: true },
    );
  }
  // A new function for each call, so that the same listener may be added twice.
  const entry = (): void => listener();
  set.add(entry);
  const owner = set;
  return () => owner.delete(entry);
}

/** A function, because TypeScript assumes that a signal that it has narrowed does not change. */
export function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** Resolves after this time, or when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal }).catch(() => undefined);
}

/**
 * Stops waiting for a promise when the signal is aborted. The promise itself continues, and its outcome is ignored.
 *
 * @param reason the error then. @default the signal's reason
 */
export function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
  reason = (): Error => thrownError(signal.reason),
): Promise<T> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => reject(reason()));
    promise.then(
      (value) => {
        forget();
        resolve(value);
      },
      (error: unknown) => {
        forget();
        reject(thrownError(error));
      },
    );
  });
}
