import { sampleNames } from './sample-names.js';
import { resourceArn } from '../resource-arns.js';
import type { RoleRights } from '../decide/rights.js';
import { decideForRole } from '../decide/role-rights.js';

/**
 * Whether a role's producers may be idempotent. Kafka allows it to every principal that may write to one topic, MSK
 * to those with WriteDataIdempotently on the cluster, and to those that may write to all topics (MSK developer guide,
 * "Create authorization policies for the IAM role"). The gateway calls this.
 */
export function mayWriteIdempotently(rights: RoleRights, clusterArn: string, nowMs = Date.now()): boolean {
  const may = (action: string, resource: string): boolean =>
    decideForRole(rights, `kafka-cluster:${action}`, resource, nowMs) === 'allowed';
  return (
    may('WriteDataIdempotently', clusterArn) ||
    sampleNames(rights, clusterArn, 'topic', nowMs).every((name) =>
      may('WriteData', resourceArn(clusterArn, 'topic', name)),
    )
  );
}
