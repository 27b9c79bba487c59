import { shown } from '../../../src/base/shape-sentence.js';
import { mistake } from '../../problem.js';

/** A value of a template without functions in it. */
export type Resolved = string | number | boolean | null | Resolved[] | { [key: string]: Resolved };

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** CloudFormation accepts numbers and booleans as strings. */
export function asText(value: Resolved, path: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw mistake(path, `must be a string, and is ${shown(value)}`);
}

export function asNumber(value: Resolved, path: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw mistake(path, `must be a number, and is ${JSON.stringify(value)}`);
}

/** A list; a single value counts as a list of one, as in IAM. */
export function asTexts(value: Resolved, path: string): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((entry, index) => asText(entry, Array.isArray(value) ? `${path}[${index}]` : path));
}

export function asList(value: Resolved, path: string): Resolved[] {
  if (Array.isArray(value)) return value;
  throw mistake(path, `must be a list, and is ${shown(value)}`);
}

/** A string from a command line: JSON for a list or an object, everything else literally. */
export function structured(text: string): Resolved {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text) as Resolved;
  } catch {
    return text;
  }
}
