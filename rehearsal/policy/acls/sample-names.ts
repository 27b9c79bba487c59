import type { NamedKind } from './named-kinds.js';
import { namePatterns } from './name-patterns.js';
import type { RoleRights } from '../decide/rights.js';

/**
 * Names of one kind that stand for all: one of each family that the policies tell apart, so that what is decided on them
 * is decided on all of them.
 */
export function sampleNames(rights: RoleRights, clusterArn: string, kind: NamedKind): string[] {
  const { literals, prefixes, samples } = namePatterns(rights, clusterArn, kind);
  return [...new Set([...literals, ...prefixes.map((prefix) => `${prefix}${UNLIKE_ANY}`), ...samples, UNLIKE_ANY])];
}

/** In no policy, and in no name that anyone gives. */
const UNLIKE_ANY = '\uffff';
