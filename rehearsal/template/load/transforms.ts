import { isRecord } from '../resolve/values.js';

export const SAM = 'AWS::Serverless-2016-10-31';
/** Loops, and functions that CloudFormation does not have without it. */
export const LANGUAGE_EXTENSIONS = 'AWS::LanguageExtensions';

/** The names of a template's transforms. */
export function transformsOf(transform: unknown): string[] {
  const list: unknown[] = Array.isArray(transform) ? (transform as unknown[]) : [transform];
  return list.flatMap((one) => {
    const name = isRecord(one) ? one['Name'] : one;
    return typeof name === 'string' ? [name] : [];
  });
}

/**
 * The transforms of a template that are not carried out: what they change or add is unknown. The others are, as far as
 * functions, roles and mappings are concerned.
 */
export function otherTransforms(transform: unknown): string[] {
  return transformsOf(transform).filter((name) => name !== SAM && name !== LANGUAGE_EXTENSIONS);
}
