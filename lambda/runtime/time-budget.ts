import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/index.js';

/** What a handler needs of Lambda's context. */
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

/** Left when the result is returned: Lambda ends a function that exceeds its time-out without notice. */
const RESERVE_MS = 1_000;
/** For leaving groups, draining lanes and disconnecting. */
const CLOSING_MS = 2_000;
const LEAST_MS = 2_000;
/** Some of its time is over before a handler begins: a time-out of just enough is enough. */
const SLACK_MS = 500;

/** How the time of one invocation is spent: work, then closing, and a second left for the answer. */
export interface TimeBudget {
  /** Work ends here. */
  readonly work: Deadline;
  /** Time for closing, counted from when it is asked for. */
  closingMs(): number;
}

/** @throws pubsub_error `argument_invalid` when there is not enough time to do anything */
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
