import { thrownText } from './thrown.js';

/**
 * The same value as JSON can carry it, whatever it is: numbers that are too large for JSON become texts, a value that
 * contains itself is cut, and what cannot be read says why.
 *
 * @param mostBytes what is longer as JSON becomes the beginning of that text
 */
export function jsonSafe(value: unknown, mostBytes: number): unknown {
  let text: string;
  try {
    text = JSON.stringify(value, withoutCycles());
  } catch (error) {
    return `not representable as JSON: ${clipped(thrownText(error), 200)}`;
  }
  return Buffer.byteLength(text) > mostBytes ? clipped(text, mostBytes) : (JSON.parse(text) as unknown);
}

/** A text, or as much of its beginning as takes so many bytes as JSON, with the number of characters that were left out. */
export function clipped(text: string, mostBytes: number): string {
  if (jsonBytes(text) <= mostBytes) return text;
  let fits = 0;
  for (let step = text.length; step >= 1; step = Math.floor(step / 2))
    while (fits + step < text.length && jsonBytes(shortened(text, fits + step)) <= mostBytes) fits += step;
  return shortened(text, fits);
}

function shortened(text: string, characters: number): string {
  return `${text.slice(0, characters)}… (${text.length - characters} more characters)`;
}

function jsonBytes(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

function withoutCycles(): (this: unknown, key: string, value: unknown) => unknown {
  const ancestors: unknown[] = [];
  return function replace(this: unknown, _key, value) {
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    // `this` holds the value: what is deeper than it is done with.
    while (ancestors.length > 0 && ancestors.at(-1) !== this) ancestors.pop();
    if (ancestors.includes(value)) return '(contains itself)';
    ancestors.push(value);
    return value;
  };
}
