import { closest, distance } from 'fastest-levenshtein';
import { actionsMatching, kafkaActionNames } from '../actions.js';
import { controlPlaneAction } from './control-plane.js';

const service = 'kafka-cluster';

/** Why a pattern for actions stands for none, and what it may be meant as. */
export interface NoAction {
  readonly pattern: string;
  /** Without a full stop. */
  readonly sentence: string;
}

/** @returns undefined for a pattern that stands for some action, or is about another service */
export function noAction(pattern: string): NoAction | undefined {
  if (actionsMatching(pattern).length > 0) return undefined;
  const [prefix = '', name] = pattern.split(':');
  if (name === undefined || !isLikeService(prefix, name)) return undefined;
  if (prefix.toLowerCase() === service) {
    const ofCluster = controlPlaneAction(name);
    if (ofCluster !== undefined) {
      return told(pattern, `is not an IAM action, so it grants nothing; kafka:${ofCluster} is, on a cluster as such`);
    }
    const like = similar(pattern);
    const what = /[*?]/.test(name) ? 'matches no action' : 'is not an IAM action';
    return told(pattern, `${what}, so it grants nothing${like === undefined ? '' : `; did you mean ${like}?`}`);
  }
  const like = similar(`${service}:${name}`);
  return told(
    pattern,
    `is not an action on a cluster’s data, so it grants nothing${like === undefined ? '' : `; did you mean ${like}?`}`,
  );
}

/**
 * Whether a pattern has to do with a cluster's data. One that is meant to and is misspelt does too, so that it is
 * looked at.
 */
export function concernsKafka(pattern: string): boolean {
  return actionsMatching(pattern).length > 0 || noAction(pattern) !== undefined;
}

function told(pattern: string, sentence: string): NoAction {
  return { pattern, sentence };
}

/** `kafka-clusters`, `msk-cluster`; `kafka` where the action is of a cluster's data only. */
function isLikeService(prefix: string, name: string): boolean {
  const lower = prefix.toLowerCase();
  if (lower === service) return true;
  if (lower === 'kafka') {
    return (
      controlPlaneAction(name) === undefined && !/[*?]/.test(name) && actionsMatching(`${service}:${name}`).length > 0
    );
  }
  return !/[*?]/.test(lower) && distance(lower, service) <= 3;
}

/** The action of the nearest name, where it is near. */
function similar(pattern: string): string | undefined {
  const name = pattern
    .slice(pattern.indexOf(':') + 1)
    .replaceAll(/[*?]/g, '')
    .toLowerCase();
  if (name === '') return undefined;
  const short = kafkaActionNames.map((action) => action.slice(action.indexOf(':') + 1));
  const exact = short.find((one) => one.toLowerCase() === name);
  const like =
    exact ??
    closest(
      name,
      short.map((one) => one.toLowerCase()),
    );
  const near = distance(name, like.toLowerCase()) <= Math.max(2, Math.floor(name.length / 3));
  const found = short.find((one) => one.toLowerCase() === like.toLowerCase());
  return near && found !== undefined ? `${service}:${found}` : undefined;
}
