/** Runs operations one after the other. An operation that fails does not prevent the next one. */
export class InTurn {
  #last: Promise<unknown> = Promise.resolve();

  /** Starts when all earlier operations have ended. @returns the outcome of this operation only */
  run<T>(operation: () => Promise<T>): Promise<T> {
    const running = this.#last.then(operation);
    this.#last = running.catch(() => undefined);
    return running;
  }

  /** Resolves when all operations until now have ended. */
  async ended(): Promise<void> {
    await this.#last;
  }
}
