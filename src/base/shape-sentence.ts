import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** What an issue of the schema library is about: the value at its path, where that may be shown. */
export type ShapeSubject = { readonly value: unknown } | undefined;

/**
 * Says what is wrong with the shape of a value, as the predicate of a sentence whose subject is the value's name:
 * `must be a number`, `is missing`. The words of the schema library are for programmers.
 *
 * @param subject the value, which becomes part of the sentence; leave it out where the value may be a secret
 */
export function shapeSentence(issue: Issue, subject?: ShapeSubject): string {
  if (isMissing(issue, subject)) return 'is missing';
  switch (issue.code) {
    case 'unrecognized_keys':
      return `has unknown fields: ${issue.keys.join(', ')}`;
    case 'too_small':
      return `is too small; the least is ${issue.minimum}`;
    case 'too_big':
      return `is too large; the most is ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is a key that is not allowed';
    default: {
      const wanted = wantedBy(issue);
      if (wanted !== undefined) return subject === undefined ? wanted : `${wanted}, and is ${shown(subject.value)}`;
      return subject === undefined || issue.code === 'custom' ? issue.message : `cannot be ${shown(subject.value)}`;
    }
  }
}

function isMissing(issue: Issue, subject: ShapeSubject): boolean {
  if (subject !== undefined) return subject.value === undefined;
  return issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
}

function wantedBy(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `takes one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return wantedByUnion(issue);
    default:
      return undefined;
  }
}

function wantedByUnion(issue: Extract<Issue, { code: 'invalid_union' }>): string | undefined {
  // A union that is told apart by one field.
  if ('options' in issue && Array.isArray(issue.options)) return `takes one of ${issue.options.map(String).join(', ')}`;
  const each = issue.errors.flatMap(([first]) => {
    if (first?.path.length !== 0) return [];
    if (first.code === 'invalid_type') return [kinds[first.expected] ?? first.expected];
    return first.code === 'invalid_value' ? first.values.map(String) : [];
  });
  return each.length === 0 ? undefined : `must be ${[...new Set(each)].join(' or ')}`;
}

const kinds: Readonly<Record<string, string | undefined>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'an integer',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
};

/** Short: a person has the whole of it. */
function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
