import { pubsub_error } from '../../src/base/error.js';
import { resourceKinds, type ResourceKind } from './actions.js';
import { isOpen, withoutVariables } from './cluster/cluster-pattern.js';
import type { PolicyStatement } from './document/statement.js';
import { matchesPattern } from './wildcard.js';

/**
 * The ARN of a cluster, or of a topic, group or transactional id of it: `…:cluster/NAME/UUID` becomes
 * `…:topic/NAME/UUID/<name>` (MSK developer guide, "Authorization policy resources").
 */
export function resourceArn(clusterArn: string, kind: ResourceKind, name: string): string {
  if (!/^arn:[^:]+:kafka:[^:]*:[^:]*:cluster\/[^/]+\/[^/]+$/.test(clusterArn)) {
    throw new pubsub_error(
      'argument_invalid',
      'rehearsal',
      `${JSON.stringify(clusterArn)} is not the ARN of a cluster`,
    );
  }
  return kind === 'cluster' ? clusterArn : `${clusterArn.replace(':cluster/', `:${kind}/`)}/${name}`;
}

/** The kind of resource that an ARN of MSK is about; `cluster` for an unknown kind. */
export function kindOfArn(arn: string): ResourceKind {
  const [, type] = /^arn:[^:]*:kafka:[^:]*:[^:]*:([^/]*)\//.exec(arn) ?? [];
  return resourceKinds.find((kind) => kind === type) ?? 'cluster';
}

/**
 * Names of one kind that the ARNs of these statements contain literally.
 *
 * @param clusterArn leaves out resources about other clusters. @default resources about any cluster
 */
export function spelledOut(
  statements: readonly PolicyStatement[],
  kind: Exclude<ResourceKind, 'cluster'>,
  clusterArn?: string,
): string[] {
  return statements.flatMap(({ resources }) =>
    resources.flatMap((resource) => {
      // A variable may contain a slash.
      const text = withoutVariables(resource);
      const [, ofKind, name = '*'] = /^arn:[^:]+:kafka:[^:]*:[^:]*:([^/]+)\/[^/]+\/[^/]+\/(.+)$/.exec(text) ?? [];
      if (ofKind !== kind || isOpen(name)) return [];
      return clusterArn === undefined || matchesPattern(text, resourceArn(clusterArn, kind, name)) ? [name] : [];
    }),
  );
}
