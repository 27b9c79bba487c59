import type { metrics } from '../../base/ports.js';

const PRODUCE = 0;

/** What the messages say about it. Without a number, so that the same state has the same message. */
export const THROTTLED = 'a broker throttles this client, because it has used up a quota';

export const THROTTLE_HINT = 'Raise the quota of this client id or user, or send and read less.';

/** The place of the throttle time in the body of a response: Produce has it last, and all others used here first. */
export function throttleTimeAt(apiKey: number, bodyBytes: number, isFlexible: boolean): number {
  return apiKey === PRODUCE ? bodyBytes - (isFlexible ? 5 : 4) : 0;
}

/**
 * The time for which a broker throttles one connection, because a quota of the client is used up. Until then it reads
 * no requests from this connection, so that a missing answer says nothing about the broker.
 */
export class Throttle {
  readonly #metrics: metrics;
  #until = Number.NEGATIVE_INFINITY;

  constructor(metrics: metrics) {
    this.#metrics = metrics;
  }

  /** Monotonic; in the past, or negative infinity: it does not throttle now. */
  get until(): number {
    return this.#until;
  }

  /** @param ms as a response says */
  note(ms: number): void {
    if (ms <= 0) return;
    this.#until = Math.max(this.#until, performance.now() + ms);
    this.#metrics.observe('throttle_ms', ms, {});
  }
}
