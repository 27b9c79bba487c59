import { closest, distance } from 'fastest-levenshtein';

/** A shorter beginning of a name is hardly what was meant. */
const LEAST_BEGINNING = 4;

/** "did you mean X?" if one of the names is similar enough for a typing error, or begins with the word. */
export function suggestionFor(word: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = closest(word, [...names]);
  if (distance(word, nearest) <= Math.max(2, Math.floor(word.length / 4))) return `did you mean ${nearest}?`;
  const begun = word.length < LEAST_BEGINNING ? undefined : names.find((name) => name.startsWith(`${word}_`));
  return begun === undefined ? undefined : `did you mean ${begun}?`;
}
