/** Pauses that double up to a limit, with jitter, so that many clients do not retry at the same moment. */
export interface Backoff {
  readonly initialMs: number;
  readonly maxMs: number;
}

/** @param attempt 1 for the pause after the first failure. */
export function backoffMs({ initialMs, maxMs }: Backoff, attempt: number, random: () => number = Math.random): number {
  const full = Math.min(maxMs, initialMs * 2 ** Math.min(attempt - 1, 30));
  return full * (0.75 + 0.5 * random());
}
