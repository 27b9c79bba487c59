import { resourceKinds, type ResourceKind } from '../actions.js';
import { resourceArn } from '../resource-arns.js';
import type { PolicyStatement } from '../document/statement.js';
import { matchesPattern, remainders, type Pattern } from '../wildcard.js';
import { clusterPattern, withoutVariables } from './cluster-pattern.js';

/** The kinds of resources of a cluster that a resource of a policy may match; a variable may have any value. */
export function kindsOf(resource: string, clusterArn: string): ResourceKind[] {
  const pattern = withoutVariables(resource);
  return resourceKinds.filter((kind) =>
    kind === 'cluster'
      ? matchesPattern(pattern, clusterArn)
      : remainders(pattern, resourceArn(clusterArn, kind, '')).some((rest) => isName(rest, kind, pattern)),
  );
}

/**
 * Whether the rest of a pattern can be a name. In `arn:aws:kafka:*:*:topic/prod/*` a star may match the whole rest of
 * another cluster's ARN, but no topic has such a name. Groups may have such names, if the pattern contains everything
 * before the name.
 */
function isName(rest: Pattern, kind: ResourceKind, pattern: string): boolean {
  const isPlain = !rest.some((part) => part === ':' || part === '/');
  if (isPlain || kind === 'topic') return isPlain && rest.length > 0;
  const before = pattern.slice(0, pattern.length - rest.length);
  return before.split('/').length > 3 && before.split(':').length > 5;
}

/** Whether a statement may apply to a cluster or its resources. */
export function canApply({ resources, notResources }: PolicyStatement, clusterArn: string): boolean {
  if (notResources !== undefined) return !notResources.some((one) => kindsOf(one, clusterArn).includes('cluster'));
  return resources.some((resource) => kindsOf(resource, clusterArn).length > 0);
}

/**
 * Resources of a statement that are about MSK, if all of them are about clusters other than this one; empty if one is
 * about this one.
 */
export function elsewhere({ resources, path }: PolicyStatement, clusterArn: string): string[] {
  return allElsewhere(resources, path, clusterArn);
}

/** The same for NotResource. */
export function leftOutElsewhere({ notResources = [], path }: PolicyStatement, clusterArn: string): string[] {
  return allElsewhere(notResources, path, clusterArn);
}

function allElsewhere(resources: readonly string[], path: string, clusterArn: string): string[] {
  const ofKafka = resources.filter((resource) => clusterPattern(resource, path) !== undefined);
  return ofKafka.some((resource) => kindsOf(resource, clusterArn).length > 0) ? [] : ofKafka;
}
