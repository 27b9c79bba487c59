import { pubsub_error } from '../../../src/base/error.js';
import type { ResourceKind } from './actions.js';

/**
 * The ARN of a cluster, or of a topic, group or transactional id of it: `…:cluster/NAME/UUID` becomes
 * `…:topic/NAME/UUID/<name>` (MSK developer guide, "Authorization policy resources").
 */
export function resourceArn(clusterArn: string, kind: ResourceKind, name: string): string {
  if (!/^arn:[^:]+:kafka:[^:]*:[^:]*:cluster\/[^/]+\/[^/]+$/.test(clusterArn)) {
    throw new pubsub_error('argument_invalid', 'rehearsal', `${JSON.stringify(clusterArn)} is no ARN of a cluster`);
  }
  return kind === 'cluster' ? clusterArn : `${clusterArn.replace(':cluster/', `:${kind}/`)}/${name}`;
}
