import { pubsub_error } from '../../src/base/error.js';
import type { Remark } from '../policy/index.js';
import type { LoadedTemplate } from '../template/index.js';

/** The notes about keys that a template has twice in one object: its author probably expects both to count. */
export function repeatedKeyNotes({ repeated }: Pick<LoadedTemplate, 'repeated'>, file: string): Remark[] {
  return repeated.map(({ path, lines }) => {
    const places = `${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`;
    return path === ''
      ? {
          path: file,
          sentence: `has keys that appear twice in one object (the first in ${places}): the last one is used`,
        }
      : { path, sentence: `appears again in ${places}: the last one is used, as in CloudFormation` };
  });
}

/** A refusal has the notes too: what is refused may be right in the part that is not used. */
export function withNotes<T>(notes: readonly Remark[], work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (notes.length === 0 || !pubsub_error.is(error)) throw error;
    throw noted(error, notes);
  }
}

function noted(
  { code, stage, raw_message, details, hint, cause }: pubsub_error,
  notes: readonly Remark[],
): pubsub_error {
  const lines = notes.map(({ path, sentence }) => `note: ${path}: ${sentence}`);
  return new pubsub_error(code, stage, raw_message, {
    details: { ...details, notes },
    hint: [...(hint === undefined ? [] : [hint]), ...lines].join('\n'),
    cause,
  });
}
