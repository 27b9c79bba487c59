import type { ResourceKind } from '../actions.js';
import { literally, patternOf, type Pattern } from '../wildcard.js';
import { contextValue, type RequestFacts } from './context.js';

/** A string of a policy with its variables replaced, or why it has no value. */
export type Substituted =
  { readonly pattern: Pattern } | { readonly missing: string } | { readonly unknown: readonly string[] };

/** One `${…}` in a text of a policy. */
export interface Variable {
  /** As written: "${aws:PrincipalTag/team, 'none'}". */
  readonly text: string;
  readonly index: number;
  /** `*`, `?` and `$` as themselves: `${*}`. */
  readonly character?: string | undefined;
  /** The condition key with its value; undefined for a character, and for a variable that is not valid. */
  readonly key?: string | undefined;
  /** The value if the request does not have the key. */
  readonly otherwise?: string | undefined;
  /** Why it is not valid, as a sentence without its subject: it never has a value. */
  readonly wrong?: string | undefined;
}

/** A name with the default value that may follow it. */
const named = /^([^,]*?)(?:,\s*'([^']*)')?$/s;

/**
 * The variables of a text. Those that are not valid are the errors of IAM Access Analyzer ("IAM policy validation check
 * reference": empty variable, unsupported space, missing quote, unsupported symbol in variable).
 */
export function variablesIn(text: string): Variable[] {
  return [...text.matchAll(/\$\{([^}]*)\}/gs)].map(({ 0: written, 1: inner = '', index }): Variable => {
    const at = { text: written, index };
    if (/^[*?$]$/.test(inner)) return { ...at, character: inner };
    const [, key, otherwise] = named.exec(inner) ?? [];
    const wrong = key === undefined ? 'has a default value that is not a text in single quotes' : wrongName(key);
    return wrong === undefined ? { ...at, key, otherwise } : { ...at, wrong };
  });
}

function wrongName(key: string): string | undefined {
  if (key.trim() === '') return 'is empty';
  if (/\s/.test(key)) return 'has a space in its name';
  const symbol = /[^\p{L}\p{N}_:/.=+@-]/u.exec(key)?.[0];
  if (symbol !== undefined) return `has ${symbol} in its name`;
  return key.endsWith('/') ? 'names no tag after the slash' : undefined;
}

/** Whether a variable is not closed: what follows `${` is text then. */
export function hasOpenVariable(text: string): boolean {
  return /\$\{[^}]*$/.test(text);
}

/**
 * Replaces the variables in a string of a policy with values of a request. Replaced values have no wildcards (IAM user
 * guide, "IAM policy elements: Variables and tags").
 *
 * @param wild whether `*` and `?` in the text itself are wildcards
 */
export function substitute(text: string, wild: boolean, facts: RequestFacts, kind: ResourceKind): Substituted {
  if (!text.includes('${')) return asWritten(text, wild);
  const fixed = wild ? patternOf : literally;
  const pattern: Pattern[number][] = [];
  const unknown: string[] = [];
  let from = 0;
  for (const one of variablesIn(text)) {
    pattern.push(...fixed(text.slice(from, one.index)));
    from = one.index + one.text.length;
    if (one.character !== undefined) {
      pattern.push(one.character);
      continue;
    }
    if (one.key === undefined) return { missing: one.text };
    const value = contextValue(facts, one.key, kind);
    if (value === 'unknown') {
      unknown.push(one.key);
      continue;
    }
    // A key with several values cannot be a variable.
    const replacement = value.length === 1 ? value[0] : value.length === 0 ? one.otherwise : undefined;
    if (replacement === undefined) return { missing: one.key };
    pattern.push(...literally(replacement));
  }
  if (unknown.length > 0) return { unknown };
  return { pattern: [...pattern, ...fixed(text.slice(from))] };
}

/** The text in policies of version 2008-10-17, where `${…}` is not a variable. */
export function asWritten(text: string, wild: boolean): Substituted {
  return { pattern: wild ? patternOf(text) : literally(text) };
}
