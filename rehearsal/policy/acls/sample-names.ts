import type { NamedKind } from './named-kinds.js';
import { namePatterns, UNLIKE_ANY } from './name-patterns.js';
import type { RoleRights } from '../decide/rights.js';

/**
 * Names of one kind that represent all others: one of each family that the policies distinguish. What is decided for
 * them is decided for all names.
 */
export function sampleNames(rights: RoleRights, clusterArn: string, kind: NamedKind, nowMs: number): string[] {
  const { literals, prefixes, samples } = namePatterns(rights, clusterArn, kind, nowMs);
  return [...new Set([...literals, ...prefixes.map((prefix) => `${prefix}${UNLIKE_ANY}`), ...samples, UNLIKE_ANY])];
}
