import { Problems } from '../../problem.js';
import type { Section } from '../resolve/section.js';

/**
 * The tags in a template whose values are known: a list of keys and values, or an object. A stack may have tags of its
 * own, which CloudFormation adds to those of its resources, so there may be others.
 *
 * @param tags called once; what it throws makes all tags unknown
 */
export function knownTags(tags: () => Section): Readonly<Record<string, string>> {
  // Unknown tags matter only if a policy tests them, and are asked for then.
  return new Problems().try(() => Object.fromEntries(pairs(tags()))) ?? {};
}

function pairs(tags: Section): [string, string][] {
  const all = tags.isObject
    ? tags.entries().map(([key, value]): [string | undefined, Section] => [key, value])
    : tags.items().map((tag): [string | undefined, Section] => [tag.get('Key').known(), tag.get('Value')]);
  return all.flatMap(([key, value]): [string, string][] => {
    const text = value.known();
    return key === undefined || text === undefined ? [] : [[key, text]];
  });
}
