import { matchesPattern } from '../wildcard.js';
import { concernsKafka } from './actions-meant.js';
import { arnFields, completedArn, isIncompleteArn } from './arn-fields.js';
import type { PolicyKind } from './policy-kind.js';

/** Why IAM refuses a pattern, as a sentence without its place, and what may be meant. */
export interface PatternRefusal {
  readonly sentence: string;
  readonly hint?: string | undefined;
}

/** Actions of all services; IAM accepts no other wildcard in a service. */
const everything = ['*', '*:*'];

/** @returns undefined for a pattern of Action or NotAction that IAM accepts */
export function actionRefusal(pattern: string): PatternRefusal | undefined {
  if (everything.includes(pattern)) return undefined;
  const [service = '', name, ...more] = pattern.split(':');
  const quoted = JSON.stringify(pattern);
  if (name === undefined || service === '')
    return { sentence: `${quoted} has no service prefix; IAM refuses it`, hint: meant(name ?? pattern) };
  if (/[*?]/.test(service)) {
    return { sentence: `${quoted} has a wildcard in its service; IAM refuses it`, hint: meant(name) };
  }
  return more.length > 0 ? { sentence: `${quoted} has more than one colon; IAM refuses it` } : undefined;
}

function meant(name: string): string | undefined {
  const full = matchesPattern(name, 'kafka-cluster') ? 'kafka-cluster:*' : `kafka-cluster:${name}`;
  return concernsKafka(full) ? `Did you mean ${full}?` : undefined;
}

/** @returns undefined for a pattern of Resource or NotResource that IAM accepts */
export function resourceRefusal(resource: string, kind: PolicyKind | undefined): PatternRefusal | undefined {
  if (resource === '*') return undefined;
  if (!resource.startsWith('arn:')) {
    return { sentence: `${JSON.stringify(resource)} is neither an ARN nor "*"; IAM refuses it` };
  }
  const [arn = '', partition = '', service, ...rest] = arnFields(resource);
  if (service === undefined || service === '') return { sentence: `${resource} names no service; IAM refuses it` };
  if (/[*?]/.test(service)) {
    const like = completedArn([arn, partition, 'kafka', ...rest].join(':'));
    const hint = matchesPattern(service, 'kafka') ? `Did you mean ${like}?` : undefined;
    return { sentence: `${resource} has a wildcard in its service; IAM refuses it`, hint };
  }
  if (kind !== 'session' || !isIncompleteArn(resource)) return undefined;
  return {
    sentence: `${resource} has fewer than the six fields of an ARN; IAM refuses it in a session policy`,
    hint: `Did you mean ${completedArn(resource)}?`,
  };
}
