import { pubsub_error } from './error.js';
import { suggestionFor } from './suggestion.js';
import { valueKind } from './value-kind.js';

/**
 * The names of an object of options, for `requireKnownOptions`. The compiler finds one that is left out, or that does
 * not exist.
 */
export type OptionNames<O extends object> = Readonly<Record<keyof O, true>>;

/**
 * Checks the options of one call. A misspelt one would have no effect, without an error.
 *
 * @throws pubsub_error `argument_invalid`
 */
export function requireKnownOptions(options: object, known: Readonly<Record<string, true>>): void {
  const given = options as unknown;
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid(`the options are ${valueKind(given)}, not an object`, known);
  for (const name in options) {
    if (Object.hasOwn(known, name) || (options as Record<string, unknown>)[name] === undefined) continue;
    const near = suggestionFor(name, Object.keys(known));
    const sentence = `${name} is not an option`;
    throw invalid(near === undefined ? sentence : `${sentence}; ${near}`, known, { field: name });
  }
}

function invalid(sentence: string, known: object, details: { readonly field?: string } = {}): pubsub_error {
  const hint = `Options: ${Object.keys(known).join(', ')}.`;
  return new pubsub_error('argument_invalid', 'config', sentence, { hint, details });
}
