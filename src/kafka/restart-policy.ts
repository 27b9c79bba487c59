import type { pubsub_error } from '../base/error.js';
import { backoffMs } from './backoff.js';

const backoff = { initialMs: 100, maxMs: 5_000 };
/** Right after a topic was created some brokers do not know it yet: tried often, for a short time. */
const unknownTopic = { initialMs: 100, maxMs: 500 };
/** How long a topic may be missing at the start. */
const UNKNOWN_TOPIC_MS = 1_500;
/** … and after it was there: a broker that has just started answers before it knows its topics. */
const FORGOTTEN_TOPIC_MS = 15_000;

/** Decides whether a consumer that ended is made anew, and when. Time is given: it has no clock of its own. */
export class RestartPolicy {
  readonly #retryDeniedMs: number;
  readonly #startedAt: number;
  #failures = 0;
  #unknownSince: number | undefined;

  /** @param retryDeniedMs how long a denial is taken for a policy that has not spread yet */
  constructor(retryDeniedMs: number, now: number) {
    this.#retryDeniedMs = retryDeniedMs;
    this.#startedAt = now;
  }

  /** It has joined in between: what failed before does not count any more. */
  joined(): void {
    this.#failures = 0;
    this.#unknownSince = undefined;
  }

  /**
   * @param wasReady it has been a member of its group before
   * @returns milliseconds until the next attempt; undefined when it would fail again
   */
  pauseAfter(error: pubsub_error, wasReady: boolean, now: number): number | undefined {
    this.#failures += 1;
    if (!this.#mayPass(error, wasReady, now)) return undefined;
    return backoffMs(error.code === 'topic_unknown' ? unknownTopic : backoff, this.#failures);
  }

  #mayPass(error: pubsub_error, wasReady: boolean, now: number): boolean {
    if (error.code === 'not_authorized' || error.code === 'authentication_failed')
      return now - this.#startedAt < this.#retryDeniedMs;
    if (error.code === 'topic_unknown') {
      this.#unknownSince ??= now;
      return now - this.#unknownSince < (wasReady ? FORGOTTEN_TOPIC_MS : UNKNOWN_TOPIC_MS);
    }
    if (error.retryable) return true;
    // A name that stops resolving, a certificate that is being replaced: after we were in, only a denial is the end.
    return wasReady && error.code !== 'group_refused';
  }
}
