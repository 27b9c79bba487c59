import type { PolicyStatement, RoleRights } from '../../../rehearsal/policy/index.js';

export const CLUSTER_ARN = 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1';
export const ROLE_ARN = 'arn:aws:iam::111122223333:role/worker';

/** Short form of an ARN of the cluster: `arn('topic', 'worker')`. */
export function arn(kind: 'topic' | 'group' | 'transactional-id', name: string): string {
  return `${CLUSTER_ARN.replace(':cluster/', `:${kind}/`)}/${name}`;
}

export function statement(
  effect: 'Allow' | 'Deny',
  actions: string | readonly string[],
  resources: string | readonly string[],
): PolicyStatement {
  return { path: 'test', effect, actions: [actions].flat(), resources: [resources].flat() };
}

export function rights(...statements: PolicyStatement[]): RoleRights {
  return { arn: ROLE_ARN, own: { name: 'test', statements }, limits: [] };
}
