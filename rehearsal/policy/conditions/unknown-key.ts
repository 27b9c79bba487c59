import { closest, distance } from 'fastest-levenshtein';
import { contextKeys, isKnownKey } from './context.js';

/**
 * Why a condition key is probably misspelt, as a sentence without its subject, with the most similar key.
 *
 * @returns undefined for a key that AWS is known to have
 */
export function unknownKey(key: string): string | undefined {
  if (isKnownKey(key)) return undefined;
  const like = closest(key, [...contextKeys]);
  const near = distance(key.toLowerCase(), like.toLowerCase()) <= 3;
  return `is not a known AWS condition key${near ? `; ${like} is` : ''}`;
}
