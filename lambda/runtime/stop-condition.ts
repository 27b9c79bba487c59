import type { Deadline } from '../../src/base/deadline.js';

/** Why a function stopped reading. */
export type StoppedBy = 'count' | 'idle' | 'deadline' | 'finish';

export interface StopLimits {
  readonly count: number | undefined;
  /** The maximum time between two items, after the first one. */
  readonly idle_ms: number;
  readonly work: Deadline;
}

/**
 * Decides when a function has read enough: by the number of items (the caller counts each one with `seen`) or by time.
 */
export class StopCondition {
  /** Resolves with the reason, once. */
  readonly stopped: Promise<StoppedBy>;
  readonly #limits: StopLimits;
  #stop: (reason: StoppedBy) => void = () => undefined;
  #seen = 0;
  #idle: NodeJS.Timeout | undefined;
  readonly #deadline: NodeJS.Timeout;
  readonly #onAbort = (): void => this.#stop('deadline');

  constructor(limits: StopLimits) {
    this.#limits = limits;
    this.stopped = new Promise((resolve) => {
      this.#stop = (reason) => {
        clearTimeout(this.#idle);
        clearTimeout(this.#deadline);
        resolve(reason);
      };
    });
    this.#deadline = setTimeout(() => this.#stop('deadline'), limits.work.remainingMs());
    limits.work.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Counts one more item. */
  seen(): void {
    this.#seen += 1;
    if (this.#limits.count !== undefined && this.#seen >= this.#limits.count) {
      this.#stop('count');
      return;
    }
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#stop('idle'), this.#limits.idle_ms);
  }

  finish(): void {
    this.#stop('finish');
  }

  /** Stops the timers. */
  close(): void {
    this.#limits.work.signal?.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#idle);
    clearTimeout(this.#deadline);
  }
}
