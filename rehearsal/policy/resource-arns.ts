import { pubsub_error } from '../../src/base/error.js';
import { resourceKinds, type ResourceKind } from './actions.js';
import type { PolicyStatement } from './document/statement.js';

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

/** Names of one kind that the ARNs of these statements contain literally. */
export function spelledOut(statements: readonly PolicyStatement[], kind: Exclude<ResourceKind, 'cluster'>): string[] {
  return statements.flatMap(({ resources }) =>
    resources.flatMap((resource) => {
      const name = /^arn:[^:]+:kafka:[^:]*:[^:]*:([^/]+)\/[^/]+\/[^/]+\/(.+)$/.exec(resource);
      return name?.[1] === kind && name[2] !== undefined && !/[*?]|\$\{/.test(name[2]) ? [name[2]] : [];
    }),
  );
}
