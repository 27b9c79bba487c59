import type { pubsub_error } from '../../base/error.js';
import { backoffMs } from './backoff.js';

const backoff = { initialMs: 100, maxMs: 2_000 };
/** Right after a topic was created some brokers do not know it yet: tried often, for a short time. */
const unknownTopic = { initialMs: 100, maxMs: 500 };
/** How long a topic may be missing at the start. */
const UNKNOWN_TOPIC_MS = 1_500;

/** Denials: only somebody who changes a policy, or waits until it has spread, can help. */
const denials: ReadonlySet<string> = new Set(['not_authorized', 'authentication_failed']);

/**
 * Decides whether what failed is worth another attempt, and when. Time is given: it has no clock of its own.
 *
 * Before the first success what cannot pass by itself is final. After it only what a person must change is: a denied
 * right, and a group that cannot be joined in this way. Names that stop resolving, refused logins (keys that were
 * rotated, an STS that throttles), certificates that are replaced and topics that are gone are waited for.
 */
export class RetryPolicy {
  readonly #retryDeniedMs: number;
  #succeeded = false;
  #failures = 0;
  #deniedSince: number | undefined;
  #unknownSince: number | undefined;

  /** @param retryDeniedMs for how long, from the first denial on, a denial is taken for a policy that has not spread yet */
  constructor(retryDeniedMs: number) {
    this.#retryDeniedMs = retryDeniedMs;
  }

  /** What failed before does not count any more. */
  succeeded(): void {
    this.#succeeded = true;
    this.#failures = 0;
    this.#deniedSince = undefined;
    this.#unknownSince = undefined;
  }

  /** @returns milliseconds until the next attempt; undefined when it would fail again */
  pauseAfter(error: pubsub_error, now: number): number | undefined {
    this.#failures += 1;
    if (denials.has(error.code)) this.#deniedSince ??= now;
    if (error.code === 'topic_unknown') this.#unknownSince ??= now;
    if (!this.#mayPass(error, now)) return undefined;
    return backoffMs(error.code === 'topic_unknown' ? unknownTopic : backoff, this.#failures);
  }

  #mayPass(error: pubsub_error, now: number): boolean {
    if (denials.has(error.code) && now - (this.#deniedSince ?? now) < this.#retryDeniedMs) return true;
    if (this.#succeeded) return error.code !== 'not_authorized' && (error.code !== 'group_refused' || error.retryable);
    if (error.code === 'topic_unknown') return now - (this.#unknownSince ?? now) < UNKNOWN_TOPIC_MS;
    return error.retryable;
  }
}
