import { isRecord } from '../resolve/values.js';

/** A template without what stands in its sections and is none of their entries. */
export interface PreparedTemplate {
  readonly template: unknown;
  /** Paths of what was left out, each with its reason. */
  readonly leftOut: readonly { readonly path: string; readonly reason: string }[];
}

const sections = ['Parameters', 'Mappings', 'Conditions', 'Resources', 'Outputs'];

/** `Fn::Transform` puts a part of another file into a section: that is not here. */
export function withoutIncludes(template: unknown): PreparedTemplate {
  if (!isRecord(template)) return { template, leftOut: [] };
  const leftOut: { path: string; reason: string }[] = [];
  const entries = Object.entries(template).map(([key, section]): [string, unknown] => {
    if (!sections.includes(key) || !isRecord(section) || !('Fn::Transform' in section)) return [key, section];
    const { 'Fn::Transform': transform, ...rest } = section;
    const name = isRecord(transform) && typeof transform['Name'] === 'string' ? transform['Name'] : 'a transform';
    leftOut.push({ path: `${key}.Fn::Transform`, reason: `${name} is not carried out: what it adds is not here` });
    return [key, rest];
  });
  return { template: Object.fromEntries(entries), leftOut };
}
