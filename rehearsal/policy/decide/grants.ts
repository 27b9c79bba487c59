import { actionsMatching, kafkaActions, type KafkaActionName, type ResourceKind } from '../actions.js';
import { resourceArn } from '../resource-arns.js';
import type { PolicyStatement } from '../document/statement.js';
import { patternsMeet } from '../wildcard.js';

/** One right on a cluster's data: a negative test removes one. */
export interface Grant {
  /** Logical id of the role. */
  readonly role: string;
  readonly action: KafkaActionName;
  readonly kind: ResourceKind;
  /** The resource as in the policy, with its wildcards; resolved. */
  readonly resource: string;
}

/** A role of the model, with its own policies only. */
export interface GrantingRole {
  readonly logicalId: string;
  readonly policies: readonly { readonly statements: readonly PolicyStatement[] }[];
}

/**
 * Every right on a cluster's data that the policies of a stack grant, one by one: wildcards in actions are expanded,
 * and rights that can never apply (Connect on a topic, another cluster) are left out. AWS-managed policies are not
 * included.
 */
export function listGrants(stack: {
  readonly roles: readonly GrantingRole[];
  readonly clusters: readonly { readonly arn: string }[];
}): Grant[] {
  const clusters = stack.clusters.map(({ arn }) => arn);
  const grants = stack.roles.flatMap(({ logicalId, policies }) =>
    policies.flatMap(({ statements }) => statements.flatMap((statement) => grantsOf(logicalId, statement, clusters))),
  );
  return [...new Map(grants.map((grant) => [JSON.stringify(grant), grant])).values()];
}

function grantsOf(role: string, { effect, actions, resources }: PolicyStatement, clusters: readonly string[]): Grant[] {
  if (effect === 'Deny') return [];
  const names = [...new Set(actions.flatMap(actionsMatching))];
  return names.flatMap((action) => {
    const { kind } = kafkaActions[action];
    const possible = clusters.map((arn) => resourceArn(arn, kind, '*'));
    return resources
      .filter((resource) => possible.some((arn) => patternsMeet(resource, arn)))
      .map((resource) => ({ role, action, kind, resource }));
  });
}
