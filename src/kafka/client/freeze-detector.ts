import { PauseWatch } from './pause-watch.js';

const TICK_MS = 1_000;
/** A gap this long between two ticks means that the process did not run. */
const FROZEN_MS = 10_000;

/**
 * Detects that the process was frozen: a Lambda function between two invocations, or a laptop that slept. Its sockets
 * may be closed by the peer without notice, so the owner should open new ones first.
 */
export class FreezeDetector {
  readonly #onThaw: (frozenMs: number) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #pauses = new PauseWatch(FROZEN_MS);

  constructor(onThaw: (frozenMs: number) => void) {
    this.#onThaw = onThaw;
    this.#timer = setInterval(() => this.check(), TICK_MS);
    this.#timer.unref();
  }

  /** Called by the timer, and by the owner before it uses a socket, because the owner may run first after a freeze. */
  check(): void {
    const frozenMs = this.#pauses.look();
    if (frozenMs > 0) this.#onThaw(frozenMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
