import type { Remark } from '../document/remark.js';
import type { WhichCluster } from './which-cluster.js';

const PATH = 'the cluster';
const OTHERWISE = '--cluster-arn sets another one';
/** The number of places that a remark names. */
const MOST_NAMED = 3;

/**
 * What a person should know about how the cluster was determined: which parts are made up, and which other clusters
 * are possible.
 */
export function clusterRemarks({ arn, madeUp, askedFor, takenFrom }: WhichCluster): Remark[] {
  const free = madeUp.filter((part) => !askedFor.some((one) => one.part === part));
  const sentences: string[] = [];
  if (free.length > 0) {
    sentences.push(`its ${free.join(', ')} ${areOrIs(free)} made up, and no policy depends on it; ${OTHERWISE}`);
  }
  for (const [where, parts] of grouped(askedFor.map(({ part, paths }) => [listed(paths), part]))) {
    sentences.push(`its ${parts.join(', ')} ${areOrIs(parts)} made up, and ${where} asks for it; ${OTHERWISE}`);
  }
  for (const [where, parts] of grouped(takenFrom.map((one) => [one.path, one.part]))) {
    sentences.push(`its ${parts.join(', ')} ${areOrIs(parts)} taken from ${where} (${arn}); ${OTHERWISE}`);
  }
  return sentences.map((sentence) => ({ path: PATH, sentence }));
}

function grouped(pairs: readonly (readonly [string, string])[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const [where, part] of pairs) groups.set(where, [...(groups.get(where) ?? []), part]);
  return groups;
}

function listed(paths: readonly string[]): string {
  const more = paths.length > MOST_NAMED ? ` and ${paths.length - MOST_NAMED} more` : '';
  return `${paths.slice(0, MOST_NAMED).join(', ')}${more}`;
}

function areOrIs(parts: readonly string[]): string {
  return parts.length === 1 ? 'is' : 'are';
}
