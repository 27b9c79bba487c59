import type { ResourceKind } from '../actions.js';
import { literally, patternOf, type Pattern } from '../wildcard.js';
import { contextValue, type RequestFacts } from './context.js';

/** A string of a policy with its variables replaced, or why it has no value. */
export type Substituted =
  { readonly pattern: Pattern } | { readonly missing: string } | { readonly unknown: readonly string[] };

/** `${aws:PrincipalTag/team}`, `${aws:userid, 'no one'}`, `${*}` */
const variable = /\$\{([^{}]*)\}/g;

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
  for (const match of text.matchAll(variable)) {
    pattern.push(...fixed(text.slice(from, match.index)));
    from = match.index + match[0].length;
    const inner = (match[1] ?? '').trim();
    if (/^[*?$]$/.test(inner)) {
      pattern.push(inner);
      continue;
    }
    const [, key = inner, otherwise] = /^(.*?)\s*,\s*'(.*)'$/s.exec(inner) ?? [];
    const value = contextValue(facts, key, kind);
    if (value === 'unknown') {
      unknown.push(key);
      continue;
    }
    // A key with several values cannot be a variable.
    const replacement = value.length === 1 ? value[0] : value.length === 0 ? otherwise : undefined;
    if (replacement === undefined) return { missing: key };
    pattern.push(...literally(replacement));
  }
  if (unknown.length > 0) return { unknown };
  return { pattern: [...pattern, ...fixed(text.slice(from))] };
}

/** The keys of a string's variables. */
export function variableKeys(text: string): string[] {
  return [...text.matchAll(variable)].flatMap(([, inner = '']) => {
    const key = inner.trim().replace(/\s*,\s*'.*'$/s, '');
    return /^[*?$]$/.test(key) || key === '' ? [] : [key];
  });
}

/** The text in policies of version 2008-10-17, where `${…}` is not a variable. */
export function asWritten(text: string, wild: boolean): Substituted {
  return { pattern: wild ? patternOf(text) : literally(text) };
}
