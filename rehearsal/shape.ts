import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * Where a text from someone has not the shape that it should have, and how that is said: what is missing, what is not
 * known, or what it is and should be. The words of the schema library are for programmers.
 *
 * @param root what was looked at
 */
export function misshapen(error: z.ZodError, root: unknown): { path: string[]; sentence: string } {
  return misshapenAll(error, root)[0] ?? { path: [], sentence: 'cannot be read' };
}

/** The same of every place. */
export function misshapenAll({ issues }: z.ZodError, root: unknown): { path: string[]; sentence: string }[] {
  return issues.map((issue) => ({
    path: issue.path.map(String),
    sentence: sentenceOf(issue, valueAt(root, issue.path)),
  }));
}

function sentenceOf(issue: Issue, value: unknown): string {
  if (value === undefined) return 'is missing';
  if (issue.code === 'unrecognized_keys') return `has ${issue.keys.join(', ')}, which is not known here`;
  const wanted = wantedBy(issue);
  return wanted === undefined ? `cannot be ${shown(value)}` : `should be ${wanted}, and is ${shown(value)}`;
}

function wantedBy(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return kinds[issue.expected];
    case 'invalid_value':
      return issue.values.map(String).join(' or ');
    case 'invalid_union': {
      const each = issue.errors.map(([first]) => (first?.path.length === 0 ? wantedBy(first) : undefined));
      const known = [...new Set(each.filter((one) => one !== undefined))];
      return known.length === 0 ? undefined : known.join(' or ');
    }
    default:
      return undefined;
  }
}

const kinds: Readonly<Record<string, string | undefined>> = {
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

/** Short: it is in the file. */
export function shown(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}
