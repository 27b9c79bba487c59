import { closest, distance } from 'fastest-levenshtein';
import { actionsMatching, kafkaActionNames } from '../actions.js';
import { controlPlaneAction } from './control-plane.js';

const SERVICE = 'kafka-cluster';

/** Why a pattern matches no action, and the actions that may be meant. */
export interface NoAction {
  readonly pattern: string;
  /** Without a full stop. */
  readonly sentence: string;
}

/** @returns undefined for a pattern that matches an action, or is about another service */
export function noAction(pattern: string): NoAction | undefined {
  if (actionsMatching(pattern).length > 0) return undefined;
  const [prefix = '', name] = pattern.split(':');
  if (name === undefined || !isLikeService(prefix, name)) return undefined;
  if (prefix.toLowerCase() === SERVICE) {
    const ofCluster = controlPlaneAction(name);
    if (ofCluster !== undefined) {
      return remarkOn(
        pattern,
        `is not an IAM action, so it grants nothing; kafka:${ofCluster} is an IAM action, but on the cluster resource, not on its data`,
      );
    }
    const what = /[*?]/.test(name) ? 'matches no action' : 'is not an IAM action';
    return remarkOn(pattern, `${what}, so it grants nothing${meant(pattern)}`);
  }
  return remarkOn(pattern, `is not an action on a cluster’s data, so it grants nothing${meant(pattern)}`);
}

/**
 * Whether a pattern is about a cluster's data. A misspelt pattern that was meant to be also counts, and so does one
 * whose service is missing, so that it is checked.
 */
export function concernsKafka(pattern: string): boolean {
  const full = pattern.includes(':') ? pattern : `${SERVICE}:${pattern}`;
  return [pattern, full].some((one) => actionsMatching(one).length > 0) || noAction(pattern) !== undefined;
}

function remarkOn(pattern: string, sentence: string): NoAction {
  return { pattern, sentence };
}

/** `kafka-clusters`, `msk-cluster`; `kafka` if the action exists only on a cluster's data. */
function isLikeService(prefix: string, name: string): boolean {
  const lower = prefix.toLowerCase();
  if (/^(?:kafka|msk)[-_]?clusters?$/.test(lower)) return true;
  if (lower === 'kafka') {
    if (controlPlaneAction(name) !== undefined || /[*?]/.test(name)) return false;
    return /^(?:read|write|connect)/i.test(name) || actionsMatching(`${SERVICE}:${name}`).length > 0;
  }
  return !/[*?]/.test(lower) && distance(lower, SERVICE) <= 3;
}

const shortNames = kafkaActionNames.map((action) => action.slice(action.indexOf(':') + 1));
/** A longer list would not help. */
const MOST_SUGGESTED = 4;

/** The actions that are probably meant, as a question; empty if none is similar. */
function meant(pattern: string): string {
  const name = pattern
    .slice(pattern.indexOf(':') + 1)
    .replaceAll(/[*?]/g, '')
    .toLowerCase();
  const found = name === '' ? [] : likeliest(name);
  if (found.length === 0 || found.length > MOST_SUGGESTED) return '';
  return `; did you mean ${found.map((one) => `${SERVICE}:${one}`).join(' or ')}?`;
}

/**
 * Tries in turn: the same letters in another case, a beginning, the verb with another noun, a part, a misspelt name,
 * a name with additional letters.
 */
function likeliest(name: string): string[] {
  const matching = (fits: (one: string) => boolean): string[] => shortNames.filter((one) => fits(one.toLowerCase()));
  const ways = [
    () => matching((one) => one === name),
    () => withoutLonger(matching((one) => one.startsWith(name))),
    // Data actions are reads and writes.
    () => withoutLonger(matching((one) => one === `${/^(?:read|write)/.exec(name)?.[0] ?? ''}data`)),
    () => (name.length < 5 ? [] : matching((one) => one.includes(name))),
    () => nearest(name, (one) => one),
    () => (name.length < 3 ? [] : withoutLonger(nearest(name, (one) => one.slice(0, name.length)))),
    () => matching((one) => name.startsWith(one)),
  ];
  for (const way of ways) {
    const found = way();
    if (found.length > 0) return found;
  }
  return [];
}

/** Names with the most similar part, if one is similar enough. */
function nearest(name: string, partOf: (one: string) => string): string[] {
  const part = (one: string): string => partOf(one.toLowerCase());
  const like = closest(name, shortNames.map(part));
  const most = name.length < 5 ? 1 : Math.max(2, Math.floor(name.length / 3));
  return distance(name, like) <= most ? shortNames.filter((one) => part(one) === like) : [];
}

/** `WriteData`, without `WriteDataIdempotently`. */
function withoutLonger(names: readonly string[]): string[] {
  return names.filter((one) => !names.some((other) => other !== one && one.startsWith(other)));
}
