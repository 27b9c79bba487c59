import { pubsub_error } from '../../src/base/error.js';

/**
 * Something in a template that a rehearsal cannot carry out as AWS would. Always names where it stands: a rehearsal
 * that guessed would prove nothing.
 *
 * @param path where it stands, as "Resources.Worker.Properties.Role"
 */
export function refusal(path: string, sentence: string, hint?: string): pubsub_error {
  return new pubsub_error('template_refused', 'rehearsal', `${path}: ${sentence}`, {
    details: { path },
    ...(hint === undefined ? {} : { hint }),
  });
}

/** Collects refusals, so that a person hears of all of them at once. */
export class Refusals {
  readonly #found: pubsub_error[] = [];

  /** @returns what the work returns, or undefined when it was refused */
  try<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#found.push(error);
      return undefined;
    }
  }

  /** @throws pubsub_error `template_refused` that names everything that was refused */
  throwIfAny(): void {
    // What is used in several places is asked for in each, and wrong once.
    const found = [...new Map(this.#found.map((one) => [one.raw_message, one])).values()];
    const [first, ...others] = found;
    if (first === undefined) return;
    if (others.length === 0) throw first;
    throw new pubsub_error('template_refused', 'rehearsal', found.map(({ raw_message }) => raw_message).join('; '), {
      details: { paths: found.map(({ details }) => details['path']) },
      hint: [...new Set(found.flatMap(({ hint }) => (hint === undefined ? [] : [hint])))].join(' '),
    });
  }
}

export function isRefusal(error: unknown): error is pubsub_error {
  return pubsub_error.is(error) && error.code === 'template_refused';
}
