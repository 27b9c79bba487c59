import type { z } from 'zod';
import { pubsub_error } from '../../src/base/error.js';
import { shapeSentence } from '../../src/base/shape-sentence.js';

/** @throws pubsub_error `event_invalid`, naming every invalid field */
export function parseEvent<S extends z.ZodType>(schema: S, event: unknown): z.output<S> {
  const result = schema.safeParse(event);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => ({
    field: issue.path.join('.') || '(the event)',
    message: sentenceOf(issue, event),
  }));
  throw new pubsub_error(
    'event_invalid',
    'event',
    problems.map(({ field, message }) => `${field} ${message}`).join('; '),
    { hint: 'See docs/functions.md and the examples in events/.', details: { problems } },
  );
}

function sentenceOf(issue: z.core.$ZodIssue, event: unknown): string {
  const value = issue.path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    event,
  );
  const sentence = shapeSentence(issue);
  return value === undefined && sentence.startsWith('takes ') ? `is missing; it ${sentence}` : sentence;
}
