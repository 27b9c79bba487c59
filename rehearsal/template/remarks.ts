/** A part of the template that is not rehearsed, and why. */
export interface Remark {
  /** Its place in the template. */
  readonly path: string;
  /** A sentence without its subject. */
  readonly reason: string;
}

/** A value that is unknown and decides nothing: one was made up for it. */
export interface MadeUp extends Remark {
  readonly value: string;
  /** The option that would set it: "--answer shared-TableName=…". */
  readonly ask: string;
}

/**
 * What the reader of a template must report besides what it read. Everything that is left out, made up or skipped is
 * in it.
 */
export class Remarks {
  readonly #setAside = new Map<string, Remark>();
  readonly #notModelled = new Map<string, Remark>();
  readonly #madeUp = new Map<string, MadeUp>();

  /** A part that is left out, because it is not used or cannot be run here. */
  setAside(path: string, reason: string): void {
    this.#setAside.set(`${path} ${reason}`, { path, reason });
  }

  /** A part that would have an effect in AWS and has none in a rehearsal. */
  notModelled(path: string, reason: string): void {
    this.#notModelled.set(`${path} ${reason}`, { path, reason });
  }

  /** Once for each value, however often it is used. */
  madeUp(one: MadeUp): void {
    const key = `${one.ask} ${one.value}`;
    if (!this.#madeUp.has(key)) this.#madeUp.set(key, one);
  }

  get all(): { readonly setAside: Remark[]; readonly notModelled: Remark[]; readonly madeUp: MadeUp[] } {
    return {
      setAside: [...this.#setAside.values()],
      notModelled: [...this.#notModelled.values()],
      madeUp: [...this.#madeUp.values()],
    };
  }
}
