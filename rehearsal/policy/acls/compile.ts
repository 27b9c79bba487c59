import { compareAcls, type AclEntry, type AclOperation, type AclResourceType } from '../../../src/kafka/admin/acls.js';
import { operationsAllowed, withImplied } from './authorizer.js';
import { mayWriteIdempotently } from './idempotent-writes.js';
import { namePatterns } from './name-patterns.js';
import { namedKinds, type NamedKind } from './named-kinds.js';
import { treeEntries, type NodeEntries } from './name-tree.js';
import { kafkaActions, kindNames, type ResourceKind } from '../actions.js';
import { resourceArn } from '../resource-arns.js';
import { decideForRole } from '../decide/role-rights.js';
import type { RoleRights } from '../decide/rights.js';

/** What IAM allows a role, as ACLs that Kafka's own authorizer enforces. */
export interface RoleAcls {
  /** Valid for every existing and future name, except those of `namesToDecide`. */
  readonly entries: readonly AclEntry[];
  /**
   * Kinds that have names which cannot be decided before they are known: a wildcard in the middle, a Deny that
   * overlaps an Allow. Until the entries of `entriesFor` exist for such a name, everything that a policy allows on it
   * is denied.
   */
  readonly namesToDecide: ReadonlySet<NamedKind>;
  /** The additional entries for a name; empty if it is decided already. */
  entriesFor(kind: NamedKind, name: string): AclEntry[];
}

/** Kafka's resource name of the cluster. */
const THE_CLUSTER = 'kafka-cluster';

/**
 * Compiles a role's rights on one cluster. `orders-*` becomes a PREFIXED entry, and `*` an entry for all names. A
 * Deny with such a pattern becomes a DENY entry. So does what Kafka implies and IAM does not: with Kafka, a principal
 * that may read may also describe.
 *
 * `Connect` has no ACL (`mayConnect`). Kafka checks IDEMPOTENT_WRITE only for a principal that may write to no topic
 * (`mayWriteIdempotently`).
 *
 * @param nowMs wall clock, milliseconds: conditions may depend on it
 */
export function compileAcls(rights: RoleRights, clusterArn: string, nowMs = Date.now()): RoleAcls {
  const allowed = (kind: ResourceKind, name: string): Set<AclOperation> =>
    allowedOperations(rights, kind, resourceArn(clusterArn, kind, name), nowMs);
  const acls = (kind: ResourceKind, nodes: readonly NodeEntries[]): AclEntry[] =>
    nodes.flatMap((node) => entriesOf(`User:${rights.arn}`, kindNames[kind].acl, node));
  const cluster = allowed('cluster', '');
  if (mayWriteIdempotently(rights, clusterArn, nowMs)) cluster.add('IDEMPOTENT_WRITE');
  const entries = acls('cluster', [literalNode(THE_CLUSTER, cluster)]);
  const namesToDecide = new Set<NamedKind>();
  for (const kind of namedKinds) {
    const tree = treeEntries(namePatterns(rights, clusterArn, kind, nowMs), (name) => allowed(kind, name));
    entries.push(...acls(kind, tree.entries));
    if (!tree.complete) namesToDecide.add(kind);
  }
  return {
    entries: entries.sort(compareAcls),
    namesToDecide,
    entriesFor: (kind, name) => {
      // To Kafka, the name "*" means all resources.
      if (!namesToDecide.has(kind) || name === '' || name === '*') return [];
      const wanted = allowed(kind, name);
      const there = operationsAllowed(ofType(entries, kindNames[kind].acl), name);
      return isSame(wanted, there) ? [] : acls(kind, [literalNode(name, wanted, there)]).sort(compareAcls);
    },
  };
}

/** All operations that IAM allows a role on a resource, as Kafka's operations. */
function allowedOperations(rights: RoleRights, kind: ResourceKind, arn: string, nowMs: number): Set<AclOperation> {
  return new Set(
    Object.entries(kafkaActions).flatMap(([action, about]) =>
      about.kind === kind && about.operation !== undefined && decideForRole(rights, action, arn, nowMs) === 'allowed'
        ? about.operation
        : [],
    ),
  );
}

/** @param there what other entries allow already */
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
    // Kafka does not accept an empty prefix.
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
