import type { PolicyStatement, RoleRights } from '../../../rehearsal/policy/index.js';

export const clusterArn = 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1';
export const roleArn = 'arn:aws:iam::111122223333:role/worker';

/** Short for ARNs of the cluster: `arn('topic', 'worker')`. */
export function arn(kind: 'topic' | 'group' | 'transactional-id', name: string): string {
  return `${clusterArn.replace(':cluster/', `:${kind}/`)}/${name}`;
}

export function statement(
  effect: 'Allow' | 'Deny',
  actions: string | readonly string[],
  resources: string | readonly string[],
): PolicyStatement {
  return { path: 'test', effect, actions: [actions].flat(), resources: [resources].flat() };
}

export function rights(...statements: PolicyStatement[]): RoleRights {
  return { arn: roleArn, own: { name: 'test', statements }, limits: [] };
}
