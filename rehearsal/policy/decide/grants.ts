import { actionsMatching, kafkaActions, type KafkaActionName, type ResourceKind } from '../actions.js';
import { resourceArn } from '../resource-arns.js';
import type { PolicyStatement } from '../document/statement.js';
import { patternsMeet } from '../wildcard.js';

/** One single right on a cluster's data: what a negative test takes away. */
export interface Grant {
  /** Logical id of the role. */
  readonly role: string;
  readonly action: KafkaActionName;
  readonly kind: ResourceKind;
  /** As the policy has it, wildcards and all; resolved. */
  readonly resource: string;
}

/** A role of the model, as far as its own policies go. */
export interface GrantingRole {
  readonly logicalId: string;
  readonly policies: readonly { readonly statements: readonly PolicyStatement[] }[];
}

/**
 * Every right on a cluster's data that a stack's policies give, one by one: wildcards in actions are taken apart, and
 * what can never apply (Connect on a topic, another cluster) is left out. Not what AWS-managed policies give.
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
