import type { pubsub_error } from '../../base/error.js';
import { backoffMs } from './backoff.js';

const backoff = { initialMs: 100, maxMs: 2_000 };
/** Right after a topic was created, some brokers do not know it yet: retried often, for a short time. */
const unknownTopic = { initialMs: 100, maxMs: 500 };
/** How long a topic may be missing at the start. */
const UNKNOWN_TOPIC_MS = 1_500;

/** Denials: they end when an administrator changes a policy, or when a new policy has taken effect on every broker. */
const denials: ReadonlySet<string> = new Set(['not_authorized', 'authentication_failed']);

/**
 * Limits the time for which denials are retried, because a new policy needs time to take effect
 * (PUBSUB_RETRY_DENIED_MS). The time starts with the first denial after a success, or after the start.
 */
export class DenialPatience {
  readonly #limitMs: number;
  #since: number | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** @returns true if this denial is worth another attempt */
  denied(now: number): boolean {
    this.#since ??= now;
    return now - this.#since < this.#limitMs;
  }

  succeeded(): void {
    this.#since = undefined;
  }
}

/**
 * Decides whether and when a failed operation is retried. It gets the time as an argument, and has no clock.
 *
 * Before the first success, every failure is final except temporary ones. After it, only failures that an administrator
 * must correct are final: a denied right, and a group that cannot be joined in this way. Names that stop resolving,
 * refused logins (rotated keys, throttling by STS), replaced certificates and missing topics are retried.
 */
export class RetryPolicy {
  readonly #denials: DenialPatience;
  readonly #clientWorked: boolean;
  #succeeded = false;
  #failures = 0;
  #unknownSince: number | undefined;

  /**
   * @param retryDeniedMs see `DenialPatience`
   * @param clientWorked true: another operation of this client has succeeded, so that names and logins are right
   */
  constructor(retryDeniedMs: number, clientWorked = false) {
    this.#denials = new DenialPatience(retryDeniedMs);
    this.#clientWorked = clientWorked;
  }

  /** Resets the count of earlier failures. */
  succeeded(): void {
    this.#succeeded = true;
    this.#failures = 0;
    this.#denials.succeeded();
    this.#unknownSince = undefined;
  }

  /** @returns milliseconds until the next attempt; undefined if the failure is final */
  pauseAfter(error: pubsub_error, now: number): number | undefined {
    this.#failures += 1;
    if (error.code === 'topic_unknown') this.#unknownSince ??= now;
    if (!this.#mayPass(error, now)) return undefined;
    return backoffMs(error.code === 'topic_unknown' ? unknownTopic : backoff, this.#failures);
  }

  #mayPass(error: pubsub_error, now: number): boolean {
    if (denials.has(error.code) && this.#denials.denied(now)) return true;
    if (!this.#succeeded && error.code === 'topic_unknown') return now - (this.#unknownSince ?? now) < UNKNOWN_TOPIC_MS;
    if (!this.#succeeded && !this.#clientWorked) return error.retryable;
    return error.code !== 'not_authorized' && (error.code !== 'group_refused' || error.retryable);
  }
}
