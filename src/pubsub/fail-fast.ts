import { requireSignal, waitOptionNames, type wait_options } from '../base/deadline.js';
import type { pubsub_error, pubsub_error_code } from '../base/error.js';
import type { OptionNames } from '../base/known-options.js';

/** How long `connect` waits, and which failures end it. */
export interface connect_options extends wait_options {
  /**
   * True: rejects at the first attempt that does not reach a broker, with its cause (`connection_refused`,
   * `host_not_found`, …). False: tries again until the time is over, and rejects with the cause then.
   *
   * @default false
   */
  fail_fast?: boolean;
}

export const connectOptionNames: OptionNames<connect_options> = { ...waitOptionNames, fail_fast: true };

/** Errors that mean that no broker was reached. */
const unreached: ReadonlySet<pubsub_error_code> = new Set<pubsub_error_code>([
  'host_not_found',
  'connection_refused',
  'connection_timeout',
  'connection_closed',
  'not_kafka',
  'tls_failed',
]);
const LOOK_MS = 20;

/** No broker was reached, or a server that accepts connections and does not answer. */
function isUnreached({ code, details }: pubsub_error): boolean {
  return unreached.has(code) || details['listener'] === 'silent';
}

/**
 * Connects; with `fail_fast` only until the first attempt fails.
 *
 * @param lastError the error of the last attempt, the same object until the next error
 */
export async function connectOrFail<O extends connect_options>(
  options: O,
  lastError: () => pubsub_error | undefined,
  connect: (options: O) => Promise<void>,
): Promise<void> {
  if (options.fail_fast !== true) return connect(options);
  requireSignal(options.signal);
  const before = lastError();
  const given = new AbortController();
  let found: pubsub_error | undefined;
  const timer = setInterval(() => {
    const error = lastError();
    if (error === undefined || error === before || !isUnreached(error)) return;
    found ??= error;
    given.abort(error);
  }, LOOK_MS);
  const signal = options.signal === undefined ? given.signal : AbortSignal.any([options.signal, given.signal]);
  try {
    await connect({ ...options, signal });
  } catch (error) {
    throw found ?? error;
  } finally {
    clearInterval(timer);
  }
}
