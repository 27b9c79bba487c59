import type { z } from 'zod';
import { quotedValue } from './value-kind.js';

type Issue = z.core.$ZodIssue;

/** The value that an issue of the schema library is about, if it may be shown. */
export type ShapeSubject = { readonly value: unknown } | undefined;

/**
 * Describes what is wrong with the shape of a value, as the predicate of a sentence whose subject is the value's
 * name: `must be a number`, `is missing`. The sentences of the schema library are written for programmers.
 *
 * @param subject the value, which becomes part of the sentence; leave it out if the value may be a secret
 */
export function shapeSentence(issue: Issue, subject?: ShapeSubject): string {
  if (isMissing(issue, subject)) return 'is missing';
  switch (issue.code) {
    case 'unrecognized_keys':
      return `has unknown fields: ${issue.keys.join(', ')}`;
    case 'too_small':
      return `${least[issue.origin] ?? 'is too small'}; the least is ${issue.minimum}`;
    case 'too_big':
      return `${most[issue.origin] ?? 'is too large'}; the most is ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is a key that is not allowed';
    default: {
      const wanted = wantedBy(issue);
      if (wanted.length === 0)
        return subject === undefined || issue.code === 'custom' ? issue.message : `cannot be ${shown(subject.value)}`;
      if (subject !== undefined) return `must be ${wanted.join(' or ')}, and is ${shown(subject.value)}`;
      return issue.code === 'invalid_type' ? `must be ${wanted.join(' or ')}` : `takes one of ${wanted.join(', ')}`;
    }
  }
}

function isMissing(issue: Issue, subject: ShapeSubject): boolean {
  if (subject !== undefined) return subject.value === undefined;
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
}

/** What the value may be. */
function wantedBy(issue: Issue): string[] {
  switch (issue.code) {
    case 'invalid_type':
      return [kinds[issue.expected] ?? issue.expected];
    case 'invalid_value':
      return issue.values.map(String);
    case 'invalid_union': {
      // A discriminated union.
      if ('options' in issue && Array.isArray(issue.options)) return issue.options.map(String);
      const each = issue.errors.flatMap(([first]) => (first?.path.length === 0 ? wantedBy(first) : []));
      return [...new Set(each)];
    }
    default:
      return [];
  }
}

const least: Readonly<Record<string, string | undefined>> = { array: 'has too few entries', string: 'is too short' };
const most: Readonly<Record<string, string | undefined>> = { array: 'has too many entries', string: 'is too long' };

const kinds: Readonly<Record<string, string | undefined>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'an integer',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
};

/** A value in a sentence, shortened. */
export function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return quotedValue(value);
}
