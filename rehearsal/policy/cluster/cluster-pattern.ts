import { resource_kinds } from '../actions.js';
import { matchesPattern } from '../wildcard.js';

/** What a cluster's ARN is made of. */
export const cluster_parts = ['partition', 'region', 'account', 'name', 'uuid'] as const;
export type ClusterPart = (typeof cluster_parts)[number];
export type ClusterParts = Readonly<Record<ClusterPart, string>>;

/** The clusters that one resource of a policy may be about: a pattern for each part. */
export interface ClusterPattern {
  /** As it is written. */
  readonly resource: string;
  /** Where it stands. */
  readonly path: string;
  readonly parts: ClusterParts;
}

/**
 * The clusters that a resource of a policy may be about: wildcards may stand for several parts at once.
 *
 * @returns undefined for what cannot be about MSK
 */
export function clusterPattern(resource: string, path: string): ClusterPattern | undefined {
  // A variable may be anything.
  const text = resource.replaceAll(/\$\{[^}]*\}/g, '*');
  const [arn = '', partition = '*', service = '*', region = '*', account = '*', ...rest] = text.split(':');
  if (!matchesPattern(arn, 'arn') || !matchesPattern(service, 'kafka')) return undefined;
  const [kind = '*', name = '*', uuid = '*', ...thing] = rest.join(':').split('/');
  // `topic/demo/*` and `topic/*/orders`: the star stands for the uuid too.
  const named = thing.length > 0 || kind === 'cluster' || !isKind(kind);
  return { resource, path, parts: { partition, region, account, name, uuid: named ? uuid : '*' } };
}

function isKind(kind: string): boolean {
  return resource_kinds.some((one) => one === kind);
}

export const isOpen = (pattern: string): boolean => /[*?]/.test(pattern);

export function clusterArnOf({ partition, region, account, name, uuid }: ClusterParts): string {
  return `arn:${partition}:kafka:${region}:${account}:cluster/${name}/${uuid}`;
}

/** @returns undefined for what is no ARN of a cluster, or of a thing of one, letter by letter */
export function clusterPartsOf(arn: string): ClusterParts | undefined {
  const match =
    /^arn:([^:]+):kafka:([^:]+):([^:]+):(?:cluster|topic|group|transactional-id)\/([^/]+)\/([^/]+)(?:\/|$)/.exec(arn);
  if (match === null || isOpen(match.slice(1).join(''))) return undefined;
  const [, partition = '', region = '', account = '', name = '', uuid = ''] = match;
  return { partition, region, account, name, uuid };
}
