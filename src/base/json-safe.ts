import { thrownText } from './thrown.js';

/**
 * A copy of any value that JSON can represent: numbers that are too large for JSON become strings, a value that
 * contains itself is cut, and a value that cannot be read is replaced by the reason.
 *
 * @param mostBytes a longer value becomes the beginning of its JSON text
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

/** A string, cut so that it takes at most this many bytes as JSON, with the number of characters that were left out. */
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
    // `this` holds the value: the ancestors that are deeper than it are finished.
    while (ancestors.length > 0 && ancestors.at(-1) !== this) ancestors.pop();
    if (ancestors.includes(value)) return '(contains itself)';
    ancestors.push(value);
    return value;
  };
}
