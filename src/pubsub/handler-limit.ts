import { Chain, type ChainLink } from '../base/chain.js';
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

/** The deadline of the request passed while its handler ran: its requester does not wait any longer. */
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

/** One running handler. */
export class HandlerRun implements ChainLink<HandlerRun> {
  /** Monotonic milliseconds. */
  readonly endsAt: number;
  /** The deadline of its request ends it, and not the limit of all handlers. */
  readonly endsAtDeadline: boolean;
  isOver = false;
  previous: HandlerRun | undefined;
  next: HandlerRun | undefined;
  readonly #reject: (error: Error) => void;
  #controller: AbortController | undefined;
  #failure: Error | undefined;

  constructor(endsAt: number, endsAtDeadline: boolean, reject: (error: Error) => void) {
    this.endsAt = endsAt;
    this.endsAtDeadline = endsAtDeadline;
    this.#reject = reject;
  }

  /** Created at the first use: most handlers never use it, and it would cost more than the rest of this class. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#failure !== undefined) this.#controller.abort(this.#failure);
    return this.#controller.signal;
  }

  giveUp(error: Error): void {
    this.#failure = error;
    this.#reject(error);
    this.#controller?.abort(error);
  }
}

/** Runs handlers, each with a time limit. After the limit, its signal is aborted, and it is not awaited any longer. */
export class HandlerLimit {
  readonly #limitMs: number;
  /** In the order of their ends, so one timer for the first is enough. */
  readonly #running = new Chain<HandlerRun>();
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires; monotonic milliseconds. */
  #timerAt = 0;
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
   * @param deadlineMs milliseconds until the deadline of its request, which ends it earlier. @default none
   */
  run<T>(work: (run: HandlerRun) => Promise<T>, deadlineMs = Number.POSITIVE_INFINITY): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const endsAtDeadline = deadlineMs < this.#limitMs;
      const endsAt = performance.now() + (endsAtDeadline ? deadlineMs : this.#limitMs);
      const run = new HandlerRun(endsAt, endsAtDeadline, reject);
      this.#running.insert(run, endsLater);
      if (this.#timer === undefined || endsAt < this.#timerAt) this.#wait(endsAt);
      work(run).then(
        (value) => {
          this.#ended(run);
          resolve(value);
        },
        (error: unknown) => {
          this.#ended(run);
          reject(thrownError(error));
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
    run.isOver = true;
    this.#running.delete(run);
    if (this.#running.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(until: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = until;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const now = performance.now();
      for (let run = this.#running.first; run !== undefined; run = this.#running.first) {
        if (run.endsAt > now) {
          this.#wait(run.endsAt);
          return;
        }
        this.#giveUp(run, run.endsAtDeadline ? new RequestDeadlinePassed() : new HandlerTimeout(this.#limitMs));
      }
    }, until - performance.now());
  }
}

const endsLater = (one: HandlerRun, other: HandlerRun): boolean => one.endsAt > other.endsAt;
