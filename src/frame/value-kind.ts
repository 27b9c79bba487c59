import { isThenable } from '../base/thenable.js';

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
