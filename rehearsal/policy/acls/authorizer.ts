import type { AclEntry, AclOperation } from '../../../src/kafka/admin/acls.js';

/** Kafka lets who may do the one do the other too; IAM does not. */
export const implied: Readonly<Partial<Record<AclOperation, AclOperation>>> = {
  READ: 'DESCRIBE',
  WRITE: 'DESCRIBE',
  DELETE: 'DESCRIBE',
  ALTER: 'DESCRIBE',
  ALTER_CONFIGS: 'DESCRIBE_CONFIGS',
};

/** With what Kafka takes to be allowed along with these. */
export function withImplied(operations: Iterable<AclOperation>): Set<AclOperation> {
  const all = new Set(operations);
  for (const operation of [...all]) {
    const more = implied[operation];
    if (more !== undefined) all.add(more);
  }
  return all;
}

/** Whether an entry is about a thing of this name. */
export function entryMatches({ resourceName, pattern }: AclEntry, name: string): boolean {
  if (pattern === 'PREFIXED') return name.startsWith(resourceName);
  return resourceName === name || resourceName === '*';
}

/**
 * What Kafka's authorizer (`StandardAuthorizer` of Apache Kafka) lets someone do to a thing, by the entries of one
 * principal about one kind of things: a denial that matches wins, then what is allowed and what that implies.
 */
export function operationsAllowed(entries: readonly AclEntry[], name: string): Set<AclOperation> {
  const matching = entries.filter((entry) => entryMatches(entry, name));
  const denied = new Set(matching.flatMap(({ permission, operation }) => (permission === 'DENY' ? operation : [])));
  const allowed = withImplied(
    matching.flatMap(({ permission, operation }) => (permission === 'ALLOW' ? operation : [])),
  );
  return new Set([...allowed].filter((operation) => !denied.has(operation)));
}
