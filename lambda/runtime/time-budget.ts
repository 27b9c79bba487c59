import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/index.js';

/** The part of Lambda's context that a handler needs. */
export interface TimeSource {
  getRemainingTimeInMillis(): number;
}

/**
 * An event may give its invocation less time than Lambda does, in `time_ms`: the time-out of a deployed function is the
 * same for all of them.
 */
export function limited(context: TimeSource, event: unknown): TimeSource {
  const given = typeof event === 'object' && event !== null && 'time_ms' in event ? event.time_ms : undefined;
  if (typeof given !== 'number') return context;
  const startedAt = performance.now();
  return {
    getRemainingTimeInMillis: () =>
      Math.min(context.getRemainingTimeInMillis(), given - (performance.now() - startedAt)),
  };
}

/**
 * The time that remains when the result is returned, because Lambda kills a function at its time-out without notice.
 */
const RESERVE_MS = 1_000;
/** The time for draining, leaving groups and disconnecting. */
const CLOSING_MS = 2_000;
const LEAST_MS = 2_000;
/** A tolerance, because some time has passed before the handler begins: a time-out of exactly the minimum is enough. */
const SLACK_MS = 500;

/** Divides the time of one invocation: work, then closing, then a second for the answer. */
export interface TimeBudget {
  /** The end of the time for work. */
  readonly work: Deadline;
  /** The time for closing, counted from the call. */
  closingMs(): number;
}

/** @throws pubsub_error `argument_invalid` if there is not enough time for any work */
export function timeBudget(context: TimeSource, signal?: AbortSignal): TimeBudget {
  const remaining = context.getRemainingTimeInMillis();
  const workMs = remaining - RESERVE_MS - CLOSING_MS;
  if (workMs < LEAST_MS - SLACK_MS) {
    throw new pubsub_error(
      'argument_invalid',
      'event',
      `${Math.round(remaining)} ms are not enough for this function`,
      {
        hint: `Give it a time-out of at least ${(RESERVE_MS + CLOSING_MS + LEAST_MS) / 1000} seconds.`,
        details: { remaining_ms: remaining },
      },
    );
  }
  return {
    work: new Deadline(workMs, signal),
    closingMs: () => Math.max(100, context.getRemainingTimeInMillis() - RESERVE_MS - 200),
  };
}
