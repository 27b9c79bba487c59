/**
 * The parts of something that runs, in the order in which they were started. They are stopped in the reverse order,
 * all of them, even if one cannot be stopped. (Node has an AsyncDisposableStack from version 24 on.)
 */
export class Parts implements AsyncDisposable {
  readonly #stops: (() => unknown)[] = [];

  constructor(...parts: readonly AsyncDisposable[]) {
    for (const part of parts) this.add(part);
  }

  /** Adds what was started last. */
  add<P extends AsyncDisposable>(part: P): P {
    this.onStop(() => part[Symbol.asyncDispose]());
    return part;
  }

  /** The same for a part that this function stops; a promise that it returns is awaited. */
  onStop(stop: () => unknown): void {
    this.#stops.push(stop);
  }

  /** Stops what was started before this error. @throws the error: failures to stop may only follow from it */
  async undo(error: unknown): Promise<never> {
    await this[Symbol.asyncDispose]().catch(() => undefined);
    throw error;
  }

  /** Idempotent. @throws the first failure, when everything else has been stopped */
  async [Symbol.asyncDispose](): Promise<void> {
    let first: { readonly error: unknown } | undefined;
    for (const stop of this.#stops.splice(0).reverse()) {
      try {
        await stop();
      } catch (error) {
        first ??= { error };
      }
    }
    if (first !== undefined) throw first.error;
  }
}
