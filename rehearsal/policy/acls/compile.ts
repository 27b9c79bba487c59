import { compareAcls, type AclEntry, type AclOperation, type AclResourceType } from '../../../src/kafka/admin/acls.js';
import { operationsAllowed, withImplied } from './authorizer.js';
import { namePatterns } from './name-patterns.js';
import { namedKinds, type NamedKind } from './named-kinds.js';
import { treeEntries, type NodeEntries } from './name-tree.js';
import { kafkaActions, kindNames, type ResourceKind } from '../actions.js';
import { resourceArn } from '../resource-arns.js';
import { decideForRole } from '../decide/role-rights.js';
import type { RoleRights } from '../decide/rights.js';

/** What IAM allows a role, as ACLs that Kafka's own authorizer enforces. */
export interface RoleAcls {
  /** In force for every name that there is or will be, but for those that `namesToDecide` says. */
  readonly entries: readonly AclEntry[];
  /**
   * Kinds of which some names cannot be decided before they are known: a wildcard in the middle, a Deny across an Allow.
   * Until `entriesFor` has said what such a name needs, everything that a policy allows on it is denied.
   */
  readonly namesToDecide: ReadonlySet<NamedKind>;
  /** What a name needs besides; nothing where it is decided already. */
  entriesFor(kind: NamedKind, name: string): AclEntry[];
}

/** What Kafka calls the one cluster. */
const THE_CLUSTER = 'kafka-cluster';

/**
 * Compiles a role's rights on one cluster. `orders-*` becomes a PREFIXED entry and `*` one for all names; a Deny of the
 * same kinds becomes a denial, and so does what Kafka would imply and IAM does not (who may read may describe).
 *
 * `Connect` has no ACL (`mayConnect`), and Kafka asks for IDEMPOTENT_WRITE only who may write nowhere
 * (`mayWriteIdempotently`).
 *
 * @param nowMs wall clock, milliseconds: conditions may ask for it
 */
export function compileAcls(rights: RoleRights, clusterArn: string, nowMs = Date.now()): RoleAcls {
  const allowed = (kind: ResourceKind, name: string): Set<AclOperation> =>
    allowedOperations(rights, kind, resourceArn(clusterArn, kind, name), nowMs);
  const acls = (kind: ResourceKind, nodes: readonly NodeEntries[]): AclEntry[] =>
    nodes.flatMap((node) => entriesOf(`User:${rights.arn}`, kindNames[kind].acl, node));
  const cluster = allowed('cluster', '');
  const entries = acls('cluster', [literalNode(THE_CLUSTER, cluster)]);
  const namesToDecide = new Set<NamedKind>();
  for (const kind of namedKinds) {
    const tree = treeEntries(namePatterns(rights, clusterArn, kind), (name) => allowed(kind, name));
    entries.push(...acls(kind, tree.entries));
    if (!tree.complete) namesToDecide.add(kind);
  }
  return {
    entries: entries.sort(compareAcls),
    namesToDecide,
    entriesFor: (kind, name) => {
      // Kafka takes a thing called "*" for all of them.
      if (!namesToDecide.has(kind) || name === '' || name === '*') return [];
      const wanted = allowed(kind, name);
      const there = operationsAllowed(ofType(entries, kindNames[kind].acl), name);
      return isSame(wanted, there) ? [] : acls(kind, [literalNode(name, wanted, there)]).sort(compareAcls);
    },
  };
}

/** Every action that IAM allows a role on a thing, as the operations that Kafka calls them. */
function allowedOperations(rights: RoleRights, kind: ResourceKind, arn: string, nowMs: number): Set<AclOperation> {
  return new Set(
    Object.entries(kafkaActions).flatMap(([action, about]) =>
      about.kind === kind && about.operation !== undefined && decideForRole(rights, action, arn, nowMs) === 'allowed'
        ? about.operation
        : [],
    ),
  );
}

/** @param there what is allowed already, by other entries */
function literalNode(name: string, wanted: ReadonlySet<AclOperation>, there?: ReadonlySet<AclOperation>): NodeEntries {
  const inForce = withImplied([...wanted, ...(there ?? [])]);
  return {
    name,
    prefixed: false,
    allow: [...wanted],
    deny: [...inForce].filter((operation) => !wanted.has(operation)),
  };
}

function entriesOf(principal: string, resourceType: AclResourceType, node: NodeEntries): AclEntry[] {
  const { name, prefixed, allow, deny } = node;
  const entry = (operation: AclOperation, permission: AclEntry['permission']): AclEntry => ({
    principal,
    resourceType,
    // A prefix of nothing is not a prefix to Kafka.
    resourceName: prefixed && name === '' ? '*' : name,
    ...(prefixed && name !== '' ? { pattern: 'PREFIXED' } : {}),
    operation,
    permission,
  });
  return [...allow.map((operation) => entry(operation, 'ALLOW')), ...deny.map((operation) => entry(operation, 'DENY'))];
}

function ofType(entries: readonly AclEntry[], type: AclResourceType): AclEntry[] {
  return entries.filter(({ resourceType }) => resourceType === type);
}

function isSame(one: ReadonlySet<AclOperation>, other: ReadonlySet<AclOperation>): boolean {
  return one.size === other.size && [...one].every((operation) => other.has(operation));
}
