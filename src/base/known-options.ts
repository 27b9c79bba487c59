import { pubsub_error } from './error.js';
import { suggestionFor } from './suggestion.js';
import { valueKind } from './value-kind.js';

/** The names of an object of options; the compiler finds one that is left out, or that does not exist. */
export function optionNames<O extends object>(names: Readonly<Record<keyof O, true>>): readonly (keyof O & string)[] {
  return Object.keys(names) as (keyof O & string)[];
}

/**
 * Checks the options of one call. A misspelt one would have no effect, without an error.
 *
 * @throws pubsub_error `argument_invalid`
 */
export function requireKnownOptions(options: object, names: readonly string[]): void {
  const given = options as unknown;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new pubsub_error('argument_invalid', 'config', `the options are ${valueKind(given)}, not an object`, {
      hint: `Options: ${names.join(', ')}.`,
    });
  for (const name in options) {
    if (names.includes(name) || (options as Record<string, unknown>)[name] === undefined) continue;
    const near = suggestionFor(name, names);
    throw new pubsub_error(
      'argument_invalid',
      'config',
      near === undefined ? `${name} is not an option` : `${name} is not an option; ${near}`,
      { hint: `Options: ${names.join(', ')}.`, details: { field: name } },
    );
  }
}
