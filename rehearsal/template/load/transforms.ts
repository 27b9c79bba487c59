import { isRecord } from '../resolve/values.js';

/** Transforms that the reader carries out, as far as functions, roles and mappings are concerned. */
const carriedOut = new Set(['AWS::Serverless-2016-10-31', 'AWS::LanguageExtensions']);

/** The transforms of a template that are not carried out: what they change or add is unknown. */
export function otherTransforms(transform: unknown): string[] {
  const list: unknown[] = Array.isArray(transform) ? (transform as unknown[]) : [transform];
  return list.flatMap((one) => {
    const name = isRecord(one) ? one['Name'] : one;
    return typeof name === 'string' && !carriedOut.has(name) ? [name] : [];
  });
}
