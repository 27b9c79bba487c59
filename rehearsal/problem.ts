import { pubsub_error } from '../src/base/error.js';

/**
 * A part of a template that a rehearsal cannot handle as AWS would. Always names its place: a rehearsal that guessed
 * would prove nothing.
 *
 * @param path the place, as "Resources.Worker.Properties.Role"
 * @param asks options that would answer it, each ready to paste: "--answer Worker.Role=…"
 */
export function problem(path: string, sentence: string, hint?: string, asks: readonly string[] = []): pubsub_error {
  return new pubsub_error('template_refused', 'rehearsal', `${path}: ${sentence}`, {
    details: { path, ...(asks.length === 0 ? {} : { asks }) },
    hint,
  });
}

/** A mistake in a template, which CloudFormation refuses too: no answer would cure it. */
export function mistake(path: string, sentence: string, hint?: string): pubsub_error {
  return new pubsub_error('template_refused', 'rehearsal', `${path}: ${sentence}`, {
    details: { path, mistake: true },
    hint,
  });
}

export function isMistake({ details }: pubsub_error): boolean {
  return details['mistake'] === true;
}

/** The reason of a refusal without its place: a sentence without its subject. */
export function reasonOf({ raw_message, details: { path } }: pubsub_error): string {
  const before = `${String(path)}: `;
  return raw_message.startsWith(before) ? raw_message.slice(before.length) : raw_message;
}

/** The options that would answer a refusal; empty if there is none. */
export function asksOf({ details }: pubsub_error): readonly string[] {
  const { asks } = details as { readonly asks?: readonly string[] };
  return asks ?? [];
}

/** The single refusals of a combined one. */
const partsOf = new WeakMap<pubsub_error, readonly pubsub_error[]>();

/** The refusals in an error, one by one. */
export function eachRefused(error: pubsub_error): readonly pubsub_error[] {
  return partsOf.get(error) ?? [error];
}

/**
 * Applies `work` to each item, also if others are refused, and reports all refusals at once.
 * @throws pubsub_error `template_refused`
 */
export function eachOf<T, R>(items: readonly T[], work: (item: T, index: number) => R): R[] {
  const problems = new Problems();
  const results = items.flatMap((item, index) => {
    const done = problems.try(() => ({ result: work(item, index) }));
    return done === undefined ? [] : [done.result];
  });
  problems.throwIfAny();
  return results;
}

/**
 * Whether `work` is true of one item, whatever the others are.
 *
 * @throws pubsub_error `template_refused` if it is true of none, and unknown of one
 */
export function someOf<T>(items: readonly T[], work: (item: T) => boolean): boolean {
  const problems = new Problems();
  if (items.some((item) => problems.try(() => work(item)) === true)) return true;
  problems.throwIfAny();
  return false;
}

/** Collects refusals, so that the user gets all of them at once. */
export class Problems {
  readonly #found: pubsub_error[] = [];

  /** @returns what the work returns, or undefined if it was refused */
  try<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!isProblem(error)) throw error;
      this.add(error);
      return undefined;
    }
  }

  /** The same for several parts of one value: if one is refused, the others are still read. */
  all<T extends object>(parts: { readonly [Key in keyof T]: () => T[Key] }): Partial<T> {
    return Object.fromEntries(
      Object.entries<() => unknown>(parts).map(([key, work]) => [key, this.try(work)]),
    ) as Partial<T>;
  }

  /** The same for a file of the user, which may not be readable at all. */
  tryFile<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!isProblem(error) && !isInvalid(error)) throw error;
      this.add(error);
      return undefined;
    }
  }

  add(...refused: readonly pubsub_error[]): void {
    this.#found.push(...refused.flatMap(eachRefused));
  }

  /** Whether an option would answer any of them. */
  get hasAsks(): boolean {
    return this.#found.some((one) => asksOf(one).length > 0);
  }

  get isEmpty(): boolean {
    return this.#found.length === 0;
  }

  /** @throws pubsub_error `template_refused` that names everything that was refused */
  throwIfAny(): void {
    const together = this.together();
    if (together !== undefined) throw together;
  }

  /** One error that names everything that was refused; undefined if nothing was. */
  together(): pubsub_error | undefined {
    // A value that is used in several places is asked for in each, but its refusal is reported once.
    const found = [...new Map(this.#found.map((one) => [one.raw_message, one])).values()];
    const [first, ...others] = found;
    if (first === undefined) return undefined;
    if (others.length === 0) return first;
    const asks = [...new Set(found.flatMap(asksOf))];
    const hints = new Set(found.flatMap(({ hint }) => (hint === undefined ? [] : [hint])));
    const together = new pubsub_error(
      found.every(isInvalid) ? 'argument_invalid' : 'template_refused',
      'rehearsal',
      found.map(({ raw_message }) => raw_message).join('; '),
      {
        details: {
          path: first.details['path'],
          paths: found.flatMap(({ details }) => details['path'] ?? []),
          refusals: found.map(({ raw_message }) => raw_message),
          ...(asks.length === 0 ? {} : { asks }),
          ...(found.some(isMistake) ? { mistake: true } : {}),
        },
        ...(hints.size === 0 ? {} : { hint: [...hints].join('\n') }),
      },
    );
    partsOf.set(together, found);
    return together;
  }
}

function isInvalid(error: unknown): error is pubsub_error {
  return pubsub_error.is(error) && error.code === 'argument_invalid';
}

export function isProblem(error: unknown): error is pubsub_error {
  return pubsub_error.is(error) && error.code === 'template_refused';
}
