/** Something of the template that is not rehearsed, and why. */
export interface Remark {
  /** Where it stands in the template. */
  readonly path: string;
  /** A sentence without its subject. */
  readonly reason: string;
}

/** A value that is not known here and that decides nothing: one was made up for it. */
export interface MadeUp extends Remark {
  readonly value: string;
  /** The option that would say what it is: "--answer shared-TableName=…". */
  readonly ask: string;
}

/**
 * What a reader of the template has to say besides what it read. Nothing is left out, made up or passed over in silence.
 */
export class Remarks {
  readonly #setAside = new Map<string, Remark>();
  readonly #notModelled = new Map<string, Remark>();
  readonly #madeUp = new Map<string, MadeUp>();

  /** A part that does not take part, because it is not used or cannot be run here. */
  setAside(path: string, reason: string): void {
    this.#setAside.set(`${path} ${reason}`, { path, reason });
  }

  /** A part that would do something in AWS that nothing does here. */
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
