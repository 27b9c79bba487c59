import { Chain, type ChainLink } from '../base/chain.js';
import { thrownError } from '../base/thrown.js';

/** The handler exceeded its time limit. */
export class HandlerTimeout extends Error {
  constructor(limitMs: number) {
    super(`the handler took longer than ${limitMs} ms`);
    this.name = 'HandlerTimeout';
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
  isOver = false;
  previous: HandlerRun | undefined;
  next: HandlerRun | undefined;
  readonly #reject: (error: Error) => void;
  #controller: AbortController | undefined;
  #failure: Error | undefined;

  constructor(endsAt: number, reject: (error: Error) => void) {
    this.endsAt = endsAt;
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
  /** In the order of their deadlines: the limit is the same for all, so one timer for the first is enough. */
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

  /** @param work its value or error is the outcome of this call */
  run<T>(work: (run: HandlerRun) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const run = new HandlerRun(performance.now() + this.#limitMs, reject);
      this.#running.add(run);
      this.#timer ??= this.#wait(this.#limitMs);
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

  #wait(ms: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#timer = undefined;
      const now = performance.now();
      for (let run = this.#running.first; run !== undefined; run = this.#running.first) {
        if (run.endsAt > now) {
          this.#timer = this.#wait(run.endsAt - now);
          return;
        }
        this.#giveUp(run, new HandlerTimeout(this.#limitMs));
      }
    }, ms);
  }
}
