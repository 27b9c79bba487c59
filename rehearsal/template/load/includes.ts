import type { Remark } from '../remarks.js';
import { isRecord } from '../resolve/values.js';

/** A template without the items of its sections that are not entries. */
export interface PreparedTemplate {
  readonly template: unknown;
  /** Paths of what was left out, each with its reason. */
  readonly leftOut: readonly Remark[];
}

const sections = ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs'];

/** `Fn::Transform` inserts a part of another file into a section, or into a resource. That part is missing here. */
export function withoutIncludes(template: unknown): PreparedTemplate {
  if (!isRecord(template)) return { template, leftOut: [] };
  const leftOut: Remark[] = [];
  const entries = Object.entries(template).map(([key, section]): [string, unknown] => {
    if (!sections.includes(key) || !isRecord(section)) return [key, section];
    const rest = withoutTransform(section, key, leftOut);
    return [key, Object.fromEntries(Object.entries(rest).flatMap((entry) => entryOf(entry, key, leftOut)))];
  });
  return { template: Object.fromEntries(entries), leftOut };
}

/** An entry that consists only of a transform is left out; to others a transform may add a part. */
function entryOf([id, entry]: [string, unknown], section: string, leftOut: Remark[]): [string, unknown][] {
  if (!isRecord(entry) || !('Fn::Transform' in entry)) return [[id, entry]];
  if (section === 'Conditions') return [[id, entry]];
  const rest = withoutTransform(entry, `${section}.${id}`, leftOut);
  if (Object.keys(rest).length > 0) return [[id, rest]];
  return section === 'Resources' ? [[id, { Type: 'Fn::Transform' }]] : [];
}

function withoutTransform(
  record: Readonly<Record<string, unknown>>,
  path: string,
  leftOut: Remark[],
): Readonly<Record<string, unknown>> {
  if (!('Fn::Transform' in record)) return record;
  const { 'Fn::Transform': transform, ...rest } = record;
  const name = isRecord(transform) && typeof transform['Name'] === 'string' ? transform['Name'] : 'a transform';
  leftOut.push({ path: `${path}.Fn::Transform`, reason: `${name} is not applied: what it adds is missing` });
  return rest;
}
