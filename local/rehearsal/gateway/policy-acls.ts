import type { Deadline } from '../../../src/base/deadline.js';
import { createAcls, deleteAcls, listAcls, type AclEntry } from '../../../src/kafka/admin/acls.js';
import type { KafkaConnection } from '../../../src/kafka/connection.js';

/** What became of the ACLs of a Kafka that others use too. */
export interface Enforced {
  /** Those that were not there before: to be taken away afterwards. */
  readonly made: readonly AclEntry[];
  /** Those of the same roles that the policies do not say: taken away, as they would have gone on granting. */
  readonly stale: readonly AclEntry[];
}

/**
 * Makes a Kafka grant these roles what is wanted, and nothing else. Entries of the roles that are there and not wanted
 * are left from a gateway that did not come to its end: nobody else logs in as a role.
 *
 * @param principals of the roles, also of those that get nothing
 */
export async function enforceAcls(
  admin: KafkaConnection,
  principals: readonly string[],
  wanted: readonly AclEntry[],
  deadline: Deadline,
): Promise<Enforced> {
  const there = (await listAcls(admin, {}, deadline)).filter(({ principal }) => principals.includes(principal));
  const [keysThere, keysWanted] = [new Set(there.map(keyOf)), new Set(wanted.map(keyOf))];
  const stale = there.filter((entry) => !keysWanted.has(keyOf(entry)));
  const made = wanted.filter((entry) => !keysThere.has(keyOf(entry)));
  await deleteAcls(admin, stale, deadline);
  await createAcls(admin, made, deadline);
  return { made, stale };
}

function keyOf({ principal, resourceType, resourceName, operation, permission }: AclEntry): string {
  return [principal, resourceType, resourceName, operation, permission].join('\n');
}
