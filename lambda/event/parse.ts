import type { z } from 'zod';
import { pubsub_error } from '../../src/base/error.js';

/** @throws pubsub_error `event_invalid`, naming every field that is wrong */
export function parseEvent<S extends z.ZodType>(schema: S, event: unknown): z.output<S> {
  const result = schema.safeParse(event);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    field: issue.path.join('.') || '(the event)',
    message: sentence(issue),
  }));
  throw new pubsub_error(
    'event_invalid',
    'event',
    problems.map(({ field, message }) => `${field} ${message}`).join('; '),
    { hint: 'See docs/functions.md and the examples in events/.', details: { problems } },
  );
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined')
        ? 'is missing'
        : `must be ${article(issue.expected)} ${issue.expected}`;
    case 'unrecognized_keys':
      return `has unknown fields: ${issue.keys.join(', ')}`;
    case 'too_small':
      return `is too small; the least is ${issue.minimum}`;
    case 'too_big':
      return `is too large; the most is ${issue.maximum}`;
    case 'invalid_value':
      return `takes one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? 'is a key that is not allowed';
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `takes one of ${issue.options.map(String).join(', ')}`
        : issue.message;
    default:
      return issue.message;
  }
}

function article(word: string): 'a' | 'an' {
  return /^[aeio]/.test(word) ? 'an' : 'a';
}
