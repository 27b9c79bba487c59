import { isThenable } from './thenable.js';

/** What kind of value this is, for a sentence, without the value itself: `a string`, `a Map`, `a promise`. */
export function valueKind(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (isThenable(value)) return 'a promise';
  if (Array.isArray(value)) return 'an array';
  const { constructor } = value as { constructor?: unknown };
  const name = typeof constructor === 'function' ? constructor.name : '';
  if (name === '' || name === 'Object') return 'an object';
  return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`;
}

const MOST_CHARACTERS = 60;

/** A value in a sentence, so that its type can be seen: `5`, `"5"`, `5n`, `null`, `an object`. Long strings are cut. */
export function quotedValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length <= MOST_CHARACTERS ? value : `${value.slice(0, MOST_CHARACTERS)}…`);
    case 'bigint':
      return `${value}n`;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return valueKind(value);
  }
}
