import type { RequestFacts } from '../conditions/context.js';
import { ruling, type Decision, type Ruling } from './decide.js';
import { managedStatements } from '../document/managed-policies.js';
import type { LimitingPolicy, NamedPolicy, RoleRights } from './rights.js';
import type { PolicyStatement } from '../document/statement.js';

/** A role and its policies, as the reader of templates gives them. */
export interface RolePolicies {
  readonly arn: string;
  /** Where it stands in the template. */
  readonly path: string;
  readonly policies: readonly { readonly statements: readonly PolicyStatement[] }[];
  /** Managed by AWS: their ARNs. */
  readonly managedPolicies: readonly string[];
  readonly permissionsBoundary?:
    | { readonly arn: string; readonly policy?: { readonly statements: readonly PolicyStatement[] } | undefined }
    | undefined;
}

/** What decides besides a role's own policies. */
export interface OtherPolicies {
  readonly limits?: readonly LimitingPolicy[] | undefined;
  readonly clusterPolicy?: NamedPolicy | 'taken_to_allow' | undefined;
}

/**
 * @param facts what is known of the role's requests
 * @throws pubsub_error `template_refused` for a policy managed by AWS that is not known here
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

/** What IAM says to a role about one action on one thing of a cluster, now, and why. */
export function ruleForRole(rights: RoleRights, action: string, resourceArn: string, nowMs = Date.now()): Ruling {
  const { arn: roleArn, sessionArn, facts } = rights;
  // All that conditions ask of a cluster's ARN, a topic's has too.
  const known: RequestFacts = { ...facts, roleArn, clusterArn: resourceArn, nowMs };
  const requester = { roleArn, sessionArn };
  return ruling(rights, { action, resourceArn, facts: known, requester });
}

export function decideForRole(rights: RoleRights, action: string, resourceArn: string, nowMs?: number): Decision {
  return ruleForRole(rights, action, resourceArn, nowMs).decision;
}

/** Whether a role may log in: Kafka has no ACL for it, the gateway asks. */
export function mayConnect(rights: RoleRights, clusterArn: string): boolean {
  return decideForRole(rights, 'kafka-cluster:Connect', clusterArn) === 'allowed';
}

/** Whether a role's producers may be idempotent: Kafka lets everyone who may write, the gateway asks. */
export function mayWriteIdempotently(rights: RoleRights, clusterArn: string): boolean {
  return decideForRole(rights, 'kafka-cluster:WriteDataIdempotently', clusterArn) === 'allowed';
}

/** Every statement that takes part in a decision about the role. */
export function statementsOf({ own, limits, clusterPolicy }: RoleRights): PolicyStatement[] {
  const cluster = clusterPolicy === undefined || clusterPolicy === 'taken_to_allow' ? [] : clusterPolicy.statements;
  return [...own.statements, ...limits.flatMap(({ statements }) => statements), ...cluster];
}

/** What stands for the policy of a cluster that is another account's, where it is not given: only its owner knows it. */
export function unknownClusterPolicy(roleArn: string, clusterArn: string): 'taken_to_allow' | undefined {
  const [ofRole, ofCluster] = [roleArn, clusterArn].map((arn) => arn.split(':')[4]);
  return ofRole === ofCluster ? undefined : 'taken_to_allow';
}
