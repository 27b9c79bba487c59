import { resourceKinds, type ResourceKind } from '../actions.js';
import { resourceArn } from '../resource-arns.js';
import type { PolicyStatement } from '../document/statement.js';
import { matchesPattern, remainders, type Pattern } from '../wildcard.js';
import { clusterPattern, withoutVariables } from './cluster-pattern.js';

/** Which things of a cluster a resource of a policy may be; variables may be anything. */
export function kindsOf(resource: string, clusterArn: string): ResourceKind[] {
  const pattern = withoutVariables(resource);
  return resourceKinds.filter((kind) =>
    kind === 'cluster'
      ? matchesPattern(pattern, clusterArn)
      : remainders(pattern, resourceArn(clusterArn, kind, '')).some((rest) => isName(rest, kind, pattern)),
  );
}

/**
 * Whether a name can be what is left of a pattern. In `arn:aws:kafka:*:*:topic/prod/*` a star may stand for all of another
 * cluster's ARN, but no topic is called so. Groups may have such names, where the pattern says all that comes before.
 */
function isName(rest: Pattern, kind: ResourceKind, pattern: string): boolean {
  const isPlain = !rest.some((part) => part === ':' || part === '/');
  if (isPlain || kind === 'topic') return isPlain && rest.length > 0;
  const before = pattern.slice(0, pattern.length - rest.length);
  return before.split('/').length > 3 && before.split(':').length > 5;
}

/** Resources of a statement that are of MSK, and of other clusters than this one only; none where one is of this one. */
export function elsewhere({ resources, path }: PolicyStatement, clusterArn: string): string[] {
  return allElsewhere(resources, path, clusterArn);
}

/** The same of what a statement leaves out. */
export function leftOutElsewhere({ notResources = [], path }: PolicyStatement, clusterArn: string): string[] {
  return allElsewhere(notResources, path, clusterArn);
}

function allElsewhere(resources: readonly string[], path: string, clusterArn: string): string[] {
  const ofKafka = resources.filter((resource) => clusterPattern(resource, path) !== undefined);
  return ofKafka.some((resource) => kindsOf(resource, clusterArn).length > 0) ? [] : ofKafka;
}
