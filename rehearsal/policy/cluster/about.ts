import { resource_kinds, type ResourceKind } from '../actions.js';
import { resourceArn } from '../resource-arns.js';
import type { PolicyStatement } from '../document/statement.js';
import { patternsMeet } from '../wildcard.js';
import { clusterPattern } from './cluster-pattern.js';

/** Which things of a cluster a resource of a policy may be; variables may be anything. */
export function kindsOf(resource: string, clusterArn: string): ResourceKind[] {
  const pattern = resource.replaceAll(/\$\{[^}]*\}/g, '*');
  return resource_kinds.filter((kind) => patternsMeet(pattern, resourceArn(clusterArn, kind, '*')));
}

/** Resources of a statement that are of MSK, and of other clusters than this one only; none where one is of this one. */
export function elsewhere({ resources, path }: PolicyStatement, clusterArn: string): string[] {
  const ofKafka = resources.filter((resource) => clusterPattern(resource, path) !== undefined);
  return ofKafka.some((resource) => kindsOf(resource, clusterArn).length > 0) ? [] : ofKafka;
}
