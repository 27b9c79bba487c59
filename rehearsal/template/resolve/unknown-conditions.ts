import type { pubsub_error } from '../../../src/base/error.js';
import { isMistake, isProblem } from '../../problem.js';

/** The conditions of a template that depend on unknown values, and what is assumed of them. */
export class UnknownConditions {
  readonly #assumed: ReadonlyMap<string, boolean>;
  readonly #found = new Map<string, pubsub_error>();
  #thrown = 0;

  /** @param assumed values of conditions that are unknown, by name */
  constructor(assumed: ReadonlyMap<string, boolean> = new Map()) {
    this.#assumed = assumed;
  }

  /** Those that were needed, by name, with the reason why they are unknown; without conditions that refer to them. */
  get found(): ReadonlyMap<string, pubsub_error> {
    return this.#found;
  }

  /**
   * The value of a condition; the assumed one if it is unknown.
   *
   * @throws pubsub_error `template_refused` if it is unknown, and nothing is assumed
   */
  decide(name: string, evaluate: () => boolean): boolean {
    const before = this.#thrown;
    try {
      return evaluate();
    } catch (error) {
      if (!isProblem(error) || isMistake(error)) throw error;
      if (this.#thrown === before) this.#found.set(name, error);
      const assumed = this.#assumed.get(name);
      if (assumed !== undefined) return assumed;
      this.#thrown += 1;
      throw error;
    }
  }
}
