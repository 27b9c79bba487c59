import type { pubsub_error } from '../../../src/base/error.js';
import { isMistake, isProblem, Problems } from '../../problem.js';

/** The result of a condition or of a rule, or why it is unknown. */
export type Truth = boolean | { readonly unknown: pubsub_error };

/** @throws pubsub_error `template_refused` for a mistake, which is not an unknown value */
export function known(work: () => boolean): Truth {
  try {
    return work();
  } catch (error) {
    if (!isProblem(error) || isMistake(error)) throw error;
    return { unknown: error };
  }
}

/**
 * `Fn::And` and `Fn::Or`.
 *
 * @param decisive the value of one part that decides, whatever the others are
 */
export function combined(parts: readonly Truth[], decisive: boolean): Truth {
  if (parts.includes(decisive)) return decisive;
  const problems = new Problems();
  for (const part of parts) if (typeof part === 'object') problems.add(part.unknown);
  const unknown = problems.together();
  return unknown === undefined ? !decisive : { unknown };
}
