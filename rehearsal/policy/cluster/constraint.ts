import { matchesPattern } from '../wildcard.js';
import {
  clusterPartNames,
  isOpen,
  type ClusterPart,
  type ClusterParts,
  type ClusterPattern,
} from './cluster-pattern.js';
import { fillPart, madeUp } from './fill.js';

/** What a cluster must match, part by part: strings, and patterns that are more than a star. */
export type Constraint = Readonly<Record<ClusterPart, readonly string[]>>;

export const unconstrained: Constraint = { partition: [], region: [], account: [], name: [], uuid: [] };

/** The value of the part, if a source names it literally. */
export function literalOf(constraint: Constraint, part: ClusterPart): string | undefined {
  return constraint[part].find((text) => !isOpen(text));
}

/** @returns undefined if no cluster matches all of it */
export function narrowed(constraint: Constraint, parts: Partial<ClusterParts>): Constraint | undefined {
  const next = Object.fromEntries(
    clusterPartNames.map((part) => {
      const text = parts[part];
      return [part, text === undefined || text === '*' ? constraint[part] : [...new Set([...constraint[part], text])]];
    }),
  ) as unknown as Constraint;
  return clusterPartNames.every((part) => next[part] === constraint[part] || isPossible(next, part)) ? next : undefined;
}

/** Narrowed by the likeliest reading of the pattern that agrees. */
export function narrowedBy(constraint: Constraint, { readings }: ClusterPattern): Constraint | undefined {
  for (const reading of readings) {
    const next = narrowed(constraint, reading);
    if (next !== undefined) return next;
  }
  return undefined;
}

function isPossible(constraint: Constraint, part: ClusterPart): boolean {
  const literal = literalOf(constraint, part);
  if (literal !== undefined) return constraint[part].every((text) => matchesPattern(text, literal));
  return fillPart(part, constraint[part], madeUp[part]) !== undefined;
}

/** Whether a pattern matches every cluster that is still possible. */
export function coversAll({ readings }: ClusterPattern, constraint: Constraint): boolean {
  return readings.some((reading) =>
    clusterPartNames.every((part) => {
      const literal = literalOf(constraint, part);
      return reading[part] === '*' || (literal !== undefined && matchesPattern(reading[part], literal));
    }),
  );
}
