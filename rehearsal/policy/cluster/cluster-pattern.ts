import { resourceKinds, type ResourceKind } from '../actions.js';
import { matchesPattern } from '../wildcard.js';

/** The parts of a cluster's ARN. */
export const clusterPartNames = ['partition', 'region', 'account', 'name', 'uuid'] as const;
export type ClusterPart = (typeof clusterPartNames)[number];
export type ClusterParts = Readonly<Record<ClusterPart, string>>;

/** The clusters that one resource of a policy may be about. */
export interface ClusterPattern {
  /** The resource as written. */
  readonly resource: string;
  /** Where it is in the policy. */
  readonly path: string;
  /** A pattern for each part. Several if a wildcard may match one part or more. The likeliest is first. */
  readonly readings: readonly [ClusterParts, ...ClusterParts[]];
}

/**
 * The clusters that a resource of a policy may be about. IAM's `*` also matches `:` and `/`: `topic/c*orders` is
 * about all clusters whose names begin with c.
 *
 * @returns undefined if it cannot be about MSK
 */
export function clusterPattern(resource: string, path: string): ClusterPattern | undefined {
  const text = withoutVariables(resource);
  const [arn = '', partition = '*', service = '*', region = '*', account = '*', ...rest] = text.split(':');
  if (!matchesPattern(arn, 'arn') || !matchesPattern(service, 'kafka')) return undefined;
  const [first, ...others] = likely(resourceKinds.flatMap((kind) => alignments(text, kind)));
  if (first !== undefined) return { resource, path, readings: [first.parts, ...distinct(first, others)] };
  // It matches no ARN: guess which cluster it is meant for.
  const [kind, ...names] = rest.join(':').split('/');
  // `topic/orders` and `topic/shop/orders` have a topic's name in the place of the cluster's name or UUID.
  const [name = '*', uuid = '*'] = kind === 'cluster' ? names : names.slice(0, -1);
  return { resource, path, readings: [{ partition, region, account, name, uuid }] };
}

/** A variable may have any value, also one that is not closed: it is not the cluster that is wrong then. */
export function withoutVariables(resource: string): string {
  return resource.replaceAll(/\$\{[^}]*(?:\}|$)/g, '*');
}

interface Alignment {
  readonly parts: ClusterParts;
  /** How many separators are within wildcards. */
  readonly crossed: number;
}

/**
 * What is left for the uuid after a star that matches separators: it must have a hyphen or a wildcard, because `c`
 * and `feed` are more likely names. If no star matches a separator, any string may be a uuid in an example.
 */
const likeUuid = /^(?=.*[-*?])[\da-f*?-]*(?:s[\d*?]*)?$/i;

/** The likely alignments, the likeliest first. */
function likely(all: readonly Alignment[]): Alignment[] {
  const meant = all.filter(({ parts, crossed }) => crossed === 0 || likeUuid.test(parts.uuid));
  const rank = ({ parts, crossed }: Alignment): number => (likeUuid.test(parts.uuid) ? crossed : crossed + 1);
  return [...(meant.length > 0 ? meant : all)].sort((a, b) => rank(a) - rank(b));
}

function distinct(first: Alignment, others: readonly Alignment[]): ClusterParts[] {
  const key = (parts: ClusterParts): string => JSON.stringify(clusterPartNames.map((part) => parts[part]));
  const unique = new Map(others.map(({ parts }) => [key(parts), parts]));
  unique.delete(key(first.parts));
  return [...unique.values()];
}

type Part = ClusterPart | 'thing';
type Token = Part | { readonly separator: string };

function tokensOf(kind: ResourceKind): Token[] {
  const separated = (separator: string): Token => ({ separator });
  return [
    separated('arn:'),
    'partition',
    separated(':kafka:'),
    'region',
    separated(':'),
    'account',
    separated(`:${kind}/`),
    'name',
    separated('/'),
    'uuid',
    ...(kind === 'cluster' ? [] : [separated('/'), 'thing' as const]),
  ];
}

/** All ways to align a pattern with the parts of ARNs of this kind. */
function alignments(text: string, kind: ResourceKind): Alignment[] {
  const tokens = tokensOf(kind);
  const found: Alignment[] = [];
  const go = (at: number, token: number, parts: Partial<Record<Part, string>>, crossed: number): void => {
    const next = tokens[token];
    if (next === undefined) {
      const { thing: _thing, ...ofCluster } = parts;
      if (/^\**$/.test(text.slice(at))) found.push({ parts: ofCluster as ClusterParts, crossed });
    } else if (typeof next === 'object') {
      for (const [end, more] of afterText(text, at, next.separator)) go(end, token + 1, parts, crossed + more);
    } else {
      for (const end of partEnds(text, at)) {
        // The star at the end of the part may match more.
        const on = text[end - 1] === '*' ? end - 1 : end;
        go(on, token + 1, { ...parts, [next]: text.slice(at, end).replaceAll(/\*+/g, '*') }, crossed);
      }
    }
  };
  go(0, 0, {}, 0);
  return found;
}

/** Where a part that begins here may end: before a separator, or within a star. */
function partEnds(text: string, at: number): number[] {
  const ends: number[] = [];
  for (let end = at + 1; end <= text.length && !/[:/]/.test(text[end - 1] ?? ''); end += 1) {
    if (text[end - 1] === '*' || end === text.length || /[:/]/.test(text[end] ?? '')) ends.push(end);
  }
  return ends;
}

/** Where a pattern continues after a string, and whether a star has matched some of it. */
function afterText(pattern: string, from: number, text: string): [number, number][] {
  let here = new Map([[from, 0]]);
  const withStars = (places: Map<number, number>): Map<number, number> => {
    for (const [at, crossed] of places) {
      if (pattern[at] === '*' && !places.has(at + 1)) places.set(at + 1, crossed);
    }
    return places;
  };
  here = withStars(here);
  for (const character of text) {
    const next = new Map<number, number>();
    for (const [at, crossed] of here) {
      if (pattern[at] === '*') next.set(at, 1);
      else if (pattern[at] === character || pattern[at] === '?') next.set(at + 1, next.get(at + 1) ?? crossed);
    }
    here = withStars(next);
  }
  // A place after a star is also reached from the star.
  return [...here].filter(([at]) => !(at > 0 && pattern[at - 1] === '*' && here.has(at - 1)));
}

export const isOpen = (pattern: string): boolean => /[*?]/.test(pattern);

export function clusterArnOf({ partition, region, account, name, uuid }: ClusterParts): string {
  return `arn:${partition}:kafka:${region}:${account}:cluster/${name}/${uuid}`;
}

/** @returns undefined for what is not the literal ARN of a cluster, or of a resource of one */
export function clusterPartsOf(arn: string): ClusterParts | undefined {
  const match =
    /^arn:([^:]+):kafka:([^:]+):([^:]+):(?:cluster|topic|group|transactional-id)\/([^/]+)\/([^/]+)(?:\/|$)/.exec(
      withoutVariables(arn),
    );
  if (match === null || isOpen(match.slice(1).join(''))) return undefined;
  const [, partition = '', region = '', account = '', name = '', uuid = ''] = match;
  return { partition, region, account, name, uuid };
}
