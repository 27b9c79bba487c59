/** Functions close their clients after their work: this much later, at the latest, they have answered. */
export const CLOSING_MS = 3_000;
/** The least time for work that a function accepts, and that a step of a run needs. */
export const LEAST_WORK_MS = 2_000;
/**
 * After the time limit of a run, functions still close their clients and answer, those that hang are ended, and after a
 * failure they list their rights. A run ends at most this much after its time limit; docs and tests say the same.
 */
export const RUN_SLACK_MS = 15_000;

/** The longest time limit that a run takes. */
export interface LongestTime {
  readonly ms: number;
  /** True: the time limit is an option of the command. False: it is fixed. */
  readonly isOption: boolean;
}

/** The longest one of a run on this machine: the largest value of `--timeout`. */
export const longestTime: LongestTime = { ms: 3_600_000, isOption: true };

/** The time that a run has for its steps. Delays that are not its own do not count. */
export class RunTime {
  readonly limitMs: number;
  readonly longest: LongestTime;
  readonly #startedAt: number;
  #extendedMs = 0;

  constructor(limitMs: number, startedAt = performance.now(), longest = longestTime) {
    this.limitMs = limitMs;
    this.longest = longest;
    this.#startedAt = startedAt;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt - this.#extendedMs;
  }

  get leftMs(): number {
    return this.limitMs - this.elapsedMs;
  }

  /** Too little is left for another step. */
  get over(): boolean {
    return this.leftMs < LEAST_WORK_MS;
  }

  extend(ms: number): void {
    this.#extendedMs += ms;
  }

  /** Kept for the steps after the counted requests: a run with too many requests still makes its other checks. */
  get reservedMs(): number {
    return Math.min(RESERVED_MS, this.limitMs / 3);
  }
}

/** Some joins of groups, on a machine with other work. */
const RESERVED_MS = 10_000;
