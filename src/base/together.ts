import type { wait_options } from './deadline.js';

/**
 * Starts several operations that are needed together. If one fails, the others are aborted. When this rejects with
 * the error, all of them have ended.
 *
 * @param undo undoes the operations that have succeeded by then. @default nothing
 */
export async function together<O extends wait_options>(
  options: O,
  starts: readonly ((options: O) => Promise<void>)[],
  undo: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const others = new AbortController();
  const signal = options.signal === undefined ? others.signal : AbortSignal.any([options.signal, others.signal]);
  let first: { error: unknown } | undefined;
  const settled = starts.map((start) =>
    start({ ...options, signal }).catch((error: unknown) => {
      first ??= { error };
      others.abort(error);
    }),
  );
  await Promise.all(settled);
  if (first === undefined) return;
  await undo().catch(() => undefined);
  throw first.error;
}
