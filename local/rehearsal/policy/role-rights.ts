import { decide, type Decision } from './decide.js';
import { managedStatements } from './managed-policies.js';
import type { PolicyStatement } from './statement.js';

/** A role and its policies, as the reader of templates gives them. */
export interface RolePolicies {
  readonly arn: string;
  /** Where it stands in the template. */
  readonly path: string;
  readonly policies: readonly { readonly statements: readonly PolicyStatement[] }[];
  /** Managed by AWS: their ARNs. */
  readonly managedPolicies: readonly string[];
  readonly permissionsBoundary?: {
    readonly arn: string;
    readonly policy?: { readonly statements: readonly PolicyStatement[] };
  };
}

/** What decides about a role's actions on a cluster's data. */
export interface RoleRights {
  readonly arn: string;
  readonly statements: readonly PolicyStatement[];
  /** What a permissions boundary leaves; undefined without one. */
  readonly boundary: readonly PolicyStatement[] | undefined;
}

export function roleRights({ arn, policies, managedPolicies, permissionsBoundary }: RolePolicies): RoleRights {
  return {
    arn,
    statements: [
      ...policies.flatMap(({ statements }) => statements),
      ...managedPolicies.flatMap((policy) => managedStatements(policy)),
    ],
    boundary:
      permissionsBoundary === undefined
        ? undefined
        : (permissionsBoundary.policy?.statements ?? managedStatements(permissionsBoundary.arn)),
  };
}

/** What IAM says to a role: its policies allow it, and its boundary does too. */
export function decideForRole({ statements, boundary }: RoleRights, action: string, resourceArn: string): Decision {
  const byPolicies = decide(statements, action, resourceArn);
  if (boundary === undefined || byPolicies === 'explicitly denied') return byPolicies;
  const byBoundary = decide(boundary, action, resourceArn);
  return byBoundary === 'allowed' ? byPolicies : byBoundary;
}

/** Whether a role may log in: Kafka has no ACL for it, the gateway asks. */
export function mayConnect(rights: RoleRights, clusterArn: string): boolean {
  return decideForRole(rights, 'kafka-cluster:Connect', clusterArn) === 'allowed';
}

/** Whether a role's producers may be idempotent: Kafka lets everybody who may write, the gateway asks. */
export function mayWriteIdempotently(rights: RoleRights, clusterArn: string): boolean {
  return decideForRole(rights, 'kafka-cluster:WriteDataIdempotently', clusterArn) === 'allowed';
}
