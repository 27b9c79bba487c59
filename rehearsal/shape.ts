import type { z } from 'zod';
import { shapeSentence } from '../src/base/shape-sentence.js';

/**
 * The first place where a template or a policy does not have the expected shape, and the reason.
 *
 * @param root the value that was checked
 */
export function misshapen(error: z.ZodError, root: unknown): { path: string[]; sentence: string } {
  return misshapenAll(error, root)[0] ?? { path: [], sentence: 'is not valid' };
}

/** All such places. */
export function misshapenAll({ issues }: z.ZodError, root: unknown): { path: string[]; sentence: string }[] {
  return issues.map((issue) => ({
    path: issue.path.map(String),
    sentence: shapeSentence(issue, { value: valueAt(root, issue.path) }),
  }));
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    root,
  );
}
