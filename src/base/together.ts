import { requireSignal, type wait_options } from './deadline.js';
import { pubsub_error } from './error.js';

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
  requireSignal(options.signal);
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

/**
 * The same for an object that several callers may start at the same time: what one of them undoes, the others would
 * still need. So only the last caller undoes, if none has succeeded.
 */
export class StartedTogether {
  #callers = 0;
  #isStarted = false;
  #failure: pubsub_error | undefined;

  /** True: a caller has succeeded. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Why the last start failed; undefined if one has succeeded since. */
  get failure(): pubsub_error | undefined {
    return this.#failure;
  }

  /** The next start is a first one again. */
  reset(): void {
    this.#isStarted = false;
  }

  /** As `together`. */
  async start<O extends wait_options>(
    options: O,
    starts: readonly ((options: O) => Promise<void>)[],
    undo: () => Promise<void>,
  ): Promise<void> {
    this.#callers += 1;
    try {
      await together(options, starts, () => (this.#isStarted || this.#callers > 1 ? Promise.resolve() : undo()));
      this.#isStarted = true;
      this.#failure = undefined;
    } catch (error) {
      if (!this.#isStarted) this.#failure = pubsub_error.from(error, 'connect');
      throw error;
    } finally {
      this.#callers -= 1;
    }
  }
}
