import { kafkaActionNames, kafkaActions, type KafkaActionName, type ResourceKind } from '../actions.js';
import { resourceArn } from '../resource-arns.js';
import type { RoleRights } from './rights.js';
import { decideForRole } from './role-rights.js';

/** A resource of a cluster. */
export interface Thing {
  readonly kind: ResourceKind;
  /** '' for the cluster */
  readonly name: string;
}

/** A right that a role has. */
export interface GrantedRight {
  readonly role: string;
  readonly action: KafkaActionName;
  /** Name of the resource. */
  readonly resource: string;
}

/** All rights of a role on these resources. */
export function grantedOn(rights: RoleRights, clusterArn: string, things: readonly Thing[]): GrantedRight[] {
  return things.flatMap(({ kind, name }) =>
    kafkaActionNames
      .filter((action) => kafkaActions[action].kind === kind)
      .filter((action) => decideForRole(rights, action, resourceArn(clusterArn, kind, name)) === 'allowed')
      .map((action) => ({ role: rights.arn, action, resource: name })),
  );
}
