import { Chain, type ChainLink } from '../base/chain.js';
import { thrownError } from '../base/thrown.js';

/** The handler took longer than it may. */
export class HandlerTimeout extends Error {
  constructor(limitMs: number) {
    super(`the handler took longer than ${limitMs} ms`);
    this.name = 'HandlerTimeout';
  }
}

/** The worker is being disposed of, and cannot wait for the handler any longer. */
export class HandlerCutOff extends Error {
  constructor() {
    super('the worker is being disposed of');
    this.name = 'HandlerCutOff';
  }
}

/** One handler at work. */
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

  /** Made when it is first asked for: most handlers never do, and it would cost more than the rest of this. */
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

/** Runs handlers, each within a time limit. Past the limit its signal fires, and it is not awaited any longer. */
export class HandlerLimit {
  readonly #limitMs: number;
  /** In the order of their ends: the limit is the same for all, and one timer, for the first, is enough. */
  readonly #running = new Chain<HandlerRun>();
  #timer: NodeJS.Timeout | undefined;
  #cutOff = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** True once `cutOff` was called. */
  get isCutOff(): boolean {
    return this.#cutOff;
  }

  /** @param work what it resolves with, throws or rejects with, this does */
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

  /** Gives up every handler that runs. */
  cutOff(): void {
    this.#cutOff = true;
    for (const run of [...this.#running]) this.#giveUp(run, new HandlerCutOff());
  }

  #giveUp(run: HandlerRun, error: Error): void {
    this.#ended(run);
    run.giveUp(error);
  }

  #ended(run: HandlerRun): void {
    // It ends when it is given up, and perhaps again when its handler comes to its end after all.
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
