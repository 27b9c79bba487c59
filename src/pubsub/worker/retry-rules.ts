/** A frame whose handler failed is handled again after this pause. */
export class NextAttempt {
  readonly pauseMs: number;

  constructor(pauseMs: number) {
    this.pauseMs = pauseMs;
  }
}

export interface RetrySettings {
  readonly retry_attempts: number;
  readonly retry_backoff_ms: number;
  readonly retry_max_backoff_ms: number;
}

/**
 * Whether a failed attempt is followed by another one. Pure.
 *
 * @param attempt 1 for the first
 * @param leftMs milliseconds until the deadline of the request; undefined if it has none
 */
export function nextAttempt(
  { retry_attempts, retry_backoff_ms, retry_max_backoff_ms }: RetrySettings,
  attempt: number,
  leftMs: number | undefined,
): NextAttempt | undefined {
  if (attempt >= retry_attempts) return undefined;
  const pauseMs = Math.min(retry_max_backoff_ms, retry_backoff_ms * 2 ** (attempt - 1));
  // No requester would wait for the result.
  if (leftMs !== undefined && pauseMs >= leftMs) return undefined;
  return new NextAttempt(pauseMs);
}
