import type { AclEntry, AclOperation } from '../../../src/kafka/admin/acls.js';

/** Operations that Kafka allows along with another one. IAM does not. */
export const implied: Readonly<Partial<Record<AclOperation, AclOperation>>> = {
  READ: 'DESCRIBE',
  WRITE: 'DESCRIBE',
  DELETE: 'DESCRIBE',
  ALTER: 'DESCRIBE',
  ALTER_CONFIGS: 'DESCRIBE_CONFIGS',
};

/** These operations, and those that Kafka allows along with them. */
export function withImplied(operations: Iterable<AclOperation>): Set<AclOperation> {
  const all = new Set(operations);
  for (const operation of [...all]) {
    const more = implied[operation];
    if (more !== undefined) all.add(more);
  }
  return all;
}

/** Whether an entry applies to a resource of this name. */
export function entryMatches({ resourceName, pattern }: AclEntry, name: string): boolean {
  if (pattern === 'PREFIXED') return name.startsWith(resourceName);
  return resourceName === name || resourceName === '*';
}

/**
 * What Kafka's authorizer (`StandardAuthorizer` of Apache Kafka) allows on a resource, by the entries of one
 * principal for resources of one kind. A matching denial wins; then what is allowed, and what that implies.
 */
export function operationsAllowed(entries: readonly AclEntry[], name: string): Set<AclOperation> {
  const matching = entries.filter((entry) => entryMatches(entry, name));
  const denied = new Set(matching.flatMap(({ permission, operation }) => (permission === 'DENY' ? operation : [])));
  const allowed = withImplied(
    matching.flatMap(({ permission, operation }) => (permission === 'ALLOW' ? operation : [])),
  );
  return new Set([...allowed].filter((operation) => !denied.has(operation)));
}
