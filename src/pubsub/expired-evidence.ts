/** How long the outcome of a request counts as evidence for the next one. */
export const REMEMBER_MS = 15_000;

/**
 * Whether clocks that differ make a request made now expire, as far as the recent ones show: the requester and the
 * worker each see it from their side.
 */
export class ExpiredEvidence {
  /** Monotonic milliseconds. */
  #expiredAt: number | undefined;
  #otherAt: number | undefined;

  /** A request expired because of the clocks. */
  expired(): void {
    this.#expiredAt = performance.now();
  }

  /** A request had another outcome. */
  other(): void {
    this.#otherAt = performance.now();
  }

  /** Recent requests expired, and none had another outcome. */
  get isAll(): boolean {
    const since = performance.now() - REMEMBER_MS;
    const isRecent = (at: number | undefined): boolean => at !== undefined && at > since;
    return isRecent(this.#expiredAt) && !isRecent(this.#otherAt);
  }
}
