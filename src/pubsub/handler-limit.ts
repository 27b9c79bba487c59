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

/** Runs handlers, each within a time limit. Past it a handler is told by its signal, and not waited for. */
export class HandlerLimit {
  readonly #limitMs: number;
  readonly #running = new Set<(error: Error) => void>();
  #cutOff = false;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** True once `cutOff` was called. */
  get isCutOff(): boolean {
    return this.#cutOff;
  }

  /**
   * @param run gets a function for the signal: most handlers never ask, and a signal for each would cost more than the
   *   rest of this
   */
  run(run: (signal: () => AbortSignal) => Promise<void>): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      let controller: AbortController | undefined;
      let failure: Error | undefined;
      const giveUp = (error: Error): void => {
        failure = error;
        settle();
        reject(error);
        controller?.abort(error);
      };
      const timer = setTimeout(() => giveUp(new HandlerTimeout(this.#limitMs)), this.#limitMs);
      const settle = (): void => {
        clearTimeout(timer);
        this.#running.delete(giveUp);
      };
      this.#running.add(giveUp);
      const signal = (): AbortSignal => {
        controller ??= new AbortController();
        if (failure !== undefined) controller.abort(failure);
        return controller.signal;
      };
      run(signal).then(
        () => {
          settle();
          resolve();
        },
        (error: unknown) => {
          settle();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** Gives up every handler that runs. */
  cutOff(): void {
    this.#cutOff = true;
    for (const giveUp of [...this.#running]) giveUp(new HandlerCutOff());
  }
}
