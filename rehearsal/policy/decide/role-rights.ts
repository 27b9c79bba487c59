import type { RequestFacts } from '../conditions/context.js';
import { ruling, type Decision, type Ruling } from './decide.js';
import { managedStatements } from '../document/managed-policies.js';
import type { LimitingPolicy, NamedPolicy, RoleRights } from './rights.js';
import type { PolicyStatement } from '../document/statement.js';

/** A role and its policies, as read from a template. */
export interface RolePolicies {
  readonly arn: string;
  /** Its place in the template. */
  readonly path: string;
  readonly policies: readonly { readonly statements: readonly PolicyStatement[] }[];
  /** ARNs of AWS-managed policies. */
  readonly managedPolicies: readonly string[];
  readonly permissionsBoundary?:
    | { readonly arn: string; readonly policy?: { readonly statements: readonly PolicyStatement[] } | undefined }
    | undefined;
}

/** The policies that decide besides a role's own. */
export interface OtherPolicies {
  readonly limits?: readonly LimitingPolicy[] | undefined;
  readonly clusterPolicy?: NamedPolicy | 'taken_to_allow' | undefined;
}

/**
 * @param facts what is known about the role's requests
 * @throws pubsub_error `template_refused` for an unknown AWS-managed policy
 */
export function roleRights(
  { arn, path, policies, managedPolicies, permissionsBoundary }: RolePolicies,
  { limits = [], clusterPolicy }: OtherPolicies = {},
  facts: RoleRights['facts'] = {},
): RoleRights {
  const statements = [
    ...policies.flatMap((policy) => policy.statements),
    ...managedPolicies.flatMap((policy) => managedStatements(policy)),
  ];
  return {
    arn,
    own: { name: path, statements },
    limits: [
      ...limits,
      ...(permissionsBoundary === undefined
        ? []
        : [
            {
              layer: 'boundary' as const,
              name: permissionsBoundary.arn,
              statements: permissionsBoundary.policy?.statements ?? managedStatements(permissionsBoundary.arn),
            },
          ]),
    ],
    clusterPolicy,
    facts,
  };
}

/** IAM's decision about one action of a role on one resource of a cluster, now, and its reason. */
export function ruleForRole(rights: RoleRights, action: string, resourceArn: string, nowMs = Date.now()): Ruling {
  const { arn: roleArn, sessionArn, facts } = rights;
  // Keys about a cluster's ARN have the same values for its topics.
  const known: RequestFacts = { ...facts, roleArn, clusterArn: resourceArn, nowMs };
  const requester = { roleArn, sessionArn };
  return ruling(rights, { action, resourceArn, facts: known, requester });
}

export function decideForRole(rights: RoleRights, action: string, resourceArn: string, nowMs?: number): Decision {
  return ruleForRole(rights, action, resourceArn, nowMs).decision;
}

/** Whether a role may log in. Kafka has no ACL for this; the gateway calls this. */
export function mayConnect(rights: RoleRights, clusterArn: string): boolean {
  return decideForRole(rights, 'kafka-cluster:Connect', clusterArn) === 'allowed';
}

/** Every statement that takes part in a decision about the role. */
export function statementsOf({ own, limits, clusterPolicy }: RoleRights): PolicyStatement[] {
  const cluster = clusterPolicy === undefined || clusterPolicy === 'taken_to_allow' ? [] : clusterPolicy.statements;
  return [...own.statements, ...limits.flatMap(({ statements }) => statements), ...cluster];
}

/** Replaces the policy of a cluster in another account if it is not given: only its owner knows it. */
export function unknownClusterPolicy(roleArn: string, clusterArn: string): 'taken_to_allow' | undefined {
  const [ofRole, ofCluster] = [roleArn, clusterArn].map((arn) => arn.split(':')[4]);
  return ofRole === ofCluster ? undefined : 'taken_to_allow';
}
