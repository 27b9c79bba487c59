import { Chain, type ChainLink } from '../base/chain.js';
import { pubsub_error } from '../base/error.js';
import { thrownError } from '../base/thrown.js';

/** The handler exceeded its time limit. */
export class HandlerTimeout extends Error {
  /** As in the error reply; spans have it, too. */
  readonly code = 'handler_timeout';

  constructor(limitMs: number) {
    super(`the handler took longer than ${limitMs} ms`);
    this.name = 'HandlerTimeout';
  }
}

/** The handler stopped at the deadline of its request: its requester does not wait any longer. */
export class RequestDeadlinePassed extends HandlerTimeout {
  constructor() {
    super(0);
    this.name = 'RequestDeadlinePassed';
    this.message = 'the deadline of the request passed while its handler ran';
  }
}

/** The worker is being disposed, and cannot wait for the handler any longer. */
export class HandlerCutOff extends Error {
  constructor() {
    super('the worker is being disposed');
    this.name = 'HandlerCutOff';
  }
}

function isAborted(error: Error): boolean {
  return pubsub_error.is(error) && error.code === 'aborted';
}

/** One running handler. */
export class HandlerRun implements ChainLink<HandlerRun> {
  /** Monotonic milliseconds. */
  readonly endsAt: number;
  isOver = false;
  previous: HandlerRun | undefined;
  next: HandlerRun | undefined;
  readonly #deadlineAt: number;
  readonly #reject: (error: Error) => void;
  #controller: AbortController | undefined;
  #deadlineTimer: NodeJS.Timeout | undefined;
  #failure: Error | undefined;

  constructor(endsAt: number, deadlineAt: number, reject: (error: Error) => void) {
    this.endsAt = endsAt;
    this.#deadlineAt = deadlineAt;
    this.#reject = reject;
  }

  /** Created at the first use: most handlers never use it, and it would cost more than the rest of this class. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#failure !== undefined) this.#controller.abort(this.#failure);
      else if (!this.isOver && this.#deadlineAt < this.endsAt) this.#waitForDeadline();
    }
    return this.#controller.signal;
  }

  /** It ended, or is not awaited any longer. */
  end(): void {
    this.isOver = true;
    clearTimeout(this.#deadlineTimer);
  }

  giveUp(error: Error): void {
    this.#failure = error;
    this.#reject(error);
    this.#controller?.abort(error);
  }

  /**
   * What a handler threw because its signal was aborted is the reason of the signal: libraries throw an AbortError, and
   * a requester of this one an error that has the reason as its cause.
   */
  causeOf(thrown: unknown): Error {
    const signal = this.#controller?.signal;
    const error = thrownError(thrown);
    if (signal?.aborted !== true) return error;
    const isAbortOf = error.name === 'AbortError' || (isAborted(error) && error.cause === signal.reason);
    return isAbortOf ? thrownError(signal.reason) : error;
  }

  /** The deadline aborts the signal only. The handler continues until it ends, so that its path waits for it. */
  #waitForDeadline(): void {
    const over = (): void => this.#controller?.abort(new RequestDeadlinePassed());
    const leftMs = this.#deadlineAt - performance.now();
    if (leftMs <= 0) over();
    else this.#deadlineTimer = setTimeout(over, leftMs);
  }
}

/** Runs handlers, each with a time limit. After the limit, its signal is aborted, and it is not awaited any longer. */
export class HandlerLimit {
  readonly #limitMs: number;
  /** All have the same limit: in the order of their starts, which is that of their ends. One timer for the first is enough. */
  readonly #running = new Chain<HandlerRun>();
  #timer: NodeJS.Timeout | undefined;
  #cutOff = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** True after `cutOff` was called. */
  get isCutOff(): boolean {
    return this.#cutOff;
  }

  /**
   * @param work its value or error is the outcome of this call
   * @param deadlineMs milliseconds until the deadline of its request, which aborts its signal. @default none
   */
  run<T>(work: (run: HandlerRun) => Promise<T>, deadlineMs = Number.POSITIVE_INFINITY): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const now = performance.now();
      const run = new HandlerRun(now + this.#limitMs, now + deadlineMs, reject);
      this.#running.add(run);
      if (this.#timer === undefined) this.#wait(run.endsAt);
      work(run).then(
        (value) => {
          this.#ended(run);
          resolve(value);
        },
        (error: unknown) => {
          this.#ended(run);
          reject(run.causeOf(error));
        },
      );
    });
  }

  /** Abandons every running handler. */
  cutOff(): void {
    this.#cutOff = true;
    for (const run of [...this.#running]) this.#giveUp(run, new HandlerCutOff());
  }

  #giveUp(run: HandlerRun, error: Error): void {
    this.#ended(run);
    run.giveUp(error);
  }

  #ended(run: HandlerRun): void {
    // It ends when it is abandoned, and may end again when its handler ends later.
    if (run.isOver) return;
    run.end();
    this.#running.delete(run);
    if (this.#running.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(until: number): void {
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        const now = performance.now();
        for (let run = this.#running.first; run !== undefined; run = this.#running.first) {
          if (run.endsAt > now) {
            this.#wait(run.endsAt);
            return;
          }
          this.#giveUp(run, new HandlerTimeout(this.#limitMs));
        }
      },
      Math.max(0, until - performance.now()),
    );
  }
}
