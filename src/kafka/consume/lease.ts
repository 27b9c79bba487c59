/**
 * How long this process may consider itself a member of its group: until a session time-out after it sent the last
 * heartbeat that was answered. From then on the group may have given its partitions to others.
 *
 * It reads two clocks: the monotonic one stops while a laptop sleeps, and the wall clock may be set.
 */
export class Lease {
  readonly #lengthMs: number;
  #monotonicEnd = Number.NEGATIVE_INFINITY;
  #wallEnd = Number.NEGATIVE_INFINITY;
  #renewedAt: number | undefined;
  #isEnded = false;

  /** @param lengthMs the session time-out */
  constructor(lengthMs: number) {
    this.#lengthMs = lengthMs;
  }

  /** The current time on both clocks, taken before a request that would renew the lease is sent. */
  static now(): LeaseMoment {
    return { monotonic: performance.now(), wall: Date.now() };
  }

  /** A broker accepted a request of this member that was sent at this time. */
  renew(sent: LeaseMoment): void {
    this.#renewedAt = performance.now();
    this.#isEnded = false;
    this.#monotonicEnd = sent.monotonic + this.#lengthMs;
    this.#wallEnd = sent.wall + this.#lengthMs;
  }

  end(): void {
    this.#isEnded = true;
    this.#monotonicEnd = Number.NEGATIVE_INFINITY;
    this.#wallEnd = Number.NEGATIVE_INFINITY;
  }

  /** True: it did not expire. The group answered that it does not know this member, or the member has left. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  get valid(): boolean {
    return performance.now() < this.#monotonicEnd && Date.now() < this.#wallEnd;
  }

  /** Milliseconds since the last renewal; undefined before the first. */
  get ageMs(): number | undefined {
    return this.#renewedAt === undefined ? undefined : performance.now() - this.#renewedAt;
  }
}

export interface LeaseMoment {
  readonly monotonic: number;
  readonly wall: number;
}
