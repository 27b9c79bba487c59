import { shown } from '../../../src/base/shape-sentence.js';
import { problem, type Problems } from '../../problem.js';
import { isRecord } from '../resolve/values.js';

/** Resolves the collection of a loop to strings. */
export type Collection = (collection: unknown, path: string) => readonly string[];

const PREFIX = 'Fn::ForEach::';

/** The limit of copies that nested loops create; more are a mistake. */
const MOST_COPIES = 10_000;

/**
 * Expands the loops of a template (`Fn::ForEach` of the transform AWS::LanguageExtensions): each copies a part of the
 * template once for each string of its collection, and replaces the loop's name by the string.
 *
 * @param problems gets loops that are not valid, and those whose collection is unknown: they create nothing
 */
export function withoutLoops(template: unknown, collection: Collection, problems: Problems): unknown {
  return hasLoop(template) ? expanded(template, '', { collection, problems, made: 0 }) : template;
}

interface Expansion {
  readonly collection: Collection;
  readonly problems: Problems;
  made: number;
}

function hasLoop(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasLoop);
  return isRecord(value) && Object.entries(value).some(([key, part]) => key.startsWith(PREFIX) || hasLoop(part));
}

function expanded(value: unknown, path: string, expansion: Expansion): unknown {
  if (Array.isArray(value)) {
    return value.map((item, at): unknown => expanded(item, `${path}[${at}]`, expansion));
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
      const at = path === '' ? key : `${path}.${key}`;
      if (!key.startsWith(PREFIX)) return [[key, expanded(part, at, expansion)]];
      const made = expansion.problems.try(() => copies(part, at, expansion.collection)) ?? [];
      return made.flatMap((copy) => {
        expansion.made += 1;
        if (expansion.made > MOST_COPIES) throw problem(at, `makes more than ${MOST_COPIES} copies`);
        // A copy may contain loops.
        return Object.entries(expanded(copy, path, expansion) as Record<string, unknown>);
      });
    }),
  );
}

function copies(loop: unknown, path: string, collection: Collection): Record<string, unknown>[] {
  const [name, over, body] = Array.isArray(loop) ? (loop as unknown[]) : [];
  if (typeof name !== 'string' || over === undefined || !isRecord(body)) {
    throw problem(path, `takes a name, a collection and an object, and has ${shown(loop)}`);
  }
  return collection(over, `${path}[1]`).map((text) => replaced(body, name, text) as Record<string, unknown>);
}

/**
 * Replaces `${Name}` in keys and strings, `&{Name}` without the characters that a logical id must not have, and `Ref`
 * of the name.
 */
function replaced(value: unknown, name: string, text: string): unknown {
  if (typeof value === 'string') {
    return value.replaceAll(`\${${name}}`, text).replaceAll(`&{${name}}`, text.replaceAll(/[^A-Za-z0-9]/g, ''));
  }
  if (Array.isArray(value)) return value.map((item) => replaced(item, name, text));
  if (!isRecord(value)) return value;
  if (value['Ref'] === name && Object.keys(value).length === 1) return text;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [String(replaced(key, name, text)), replaced(part, name, text)]),
  );
}
