import type { Deadline } from '../../base/deadline.js';
import { withCluster } from './with-cluster.js';
import { addressOf } from '../client/address.js';
import type { AclBinding, AclOutcome } from '../client/broker-apis.js';
import type { BrokerConnection } from '../client/broker-connection.js';
import { BrokerError } from '../client/broker-error.js';
import type { Cluster } from '../client/cluster.js';
import { connect } from '../client/connect.js';
import { toPubsubError } from '../client/errors.js';
import type { KafkaConnection } from '../connection.js';

// Kafka's own numbers (`org.apache.kafka.common.acl` and `.resource`).
const operations: Readonly<Record<AclOperation, number>> = {
  ALL: 2,
  READ: 3,
  WRITE: 4,
  CREATE: 5,
  DELETE: 6,
  ALTER: 7,
  DESCRIBE: 8,
  CLUSTER_ACTION: 9,
  DESCRIBE_CONFIGS: 10,
  ALTER_CONFIGS: 11,
  IDEMPOTENT_WRITE: 12,
};
const resourceTypes: Readonly<Record<AclResourceType, number>> = {
  TOPIC: 2,
  GROUP: 3,
  CLUSTER: 4,
  TRANSACTIONAL_ID: 5,
};
const permissions: Readonly<Record<AclEntry['permission'], number>> = { DENY: 2, ALLOW: 3 };
const patterns = { LITERAL: 3, PREFIXED: 4 } as const;

/** Kafka's names for the operations of an ACL. */
export type AclOperation =
  | 'ALL'
  | 'READ'
  | 'WRITE'
  | 'CREATE'
  | 'DELETE'
  | 'ALTER'
  | 'DESCRIBE'
  | 'CLUSTER_ACTION'
  | 'DESCRIBE_CONFIGS'
  | 'ALTER_CONFIGS'
  | 'IDEMPOTENT_WRITE';

export type AclResourceType = 'TOPIC' | 'GROUP' | 'CLUSTER' | 'TRANSACTIONAL_ID';

/** One ACL. */
export interface AclEntry {
  /** "User:alice" */
  readonly principal: string;
  readonly resourceType: AclResourceType;
  /** "kafka-cluster" for the cluster; "*" for every name. */
  readonly resourceName: string;
  /** If true, the ACL applies to all names that begin with `resourceName`. @default about exactly this name */
  readonly pattern?: 'PREFIXED';
  /** The address of the clients. @default any */
  readonly host?: string;
  readonly operation: AclOperation;
  readonly permission: 'ALLOW' | 'DENY';
}

/** Sorted by principal and resource, with DENY entries after ALLOW entries. */
export function compareAcls(one: AclEntry, other: AclEntry): number {
  const [left, right] = [aclKey(one), aclKey(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The same string for the same entry. */
export function aclKey({
  principal,
  resourceType,
  resourceName,
  pattern,
  host,
  permission,
  operation,
}: AclEntry): string {
  const where = [principal, resourceType, resourceName, pattern ?? 'LITERAL', host ?? ANY_HOST];
  return [...where, permission, operation].join('\u0000');
}

/** Adds ACLs; existing ones are not changed. They take effect within milliseconds, on each broker separately. */
export function createAcls(connection: KafkaConnection, acls: readonly AclEntry[], deadline: Deadline): Promise<void> {
  return change(connection, 'createAcls', acls, deadline);
}

/** Removes exactly these ACLs; a missing one counts as removed. */
export function deleteAcls(connection: KafkaConnection, acls: readonly AclEntry[], deadline: Deadline): Promise<void> {
  return change(connection, 'deleteAcls', acls, deadline);
}

/** The ACLs of one principal, or of all, sorted. */
export function listAcls(
  connection: KafkaConnection,
  filter: { readonly principal?: string },
  deadline: Deadline,
): Promise<AclEntry[]> {
  return withCluster(connection, deadline, async (cluster) =>
    entriesOf(await cluster.askAny('describeAcls', { principal: filter.principal })).sort(compareAcls),
  );
}

/**
 * Resolves when one broker uses these ACLs. A change takes effect on each broker separately, some milliseconds after
 * the client has the response.
 *
 * @param broker a connection that names only this broker
 */
export async function untilAcls(
  broker: KafkaConnection,
  { present, absent = [] }: { readonly present: readonly AclEntry[]; readonly absent?: readonly AclEntry[] },
  deadline: Deadline,
): Promise<void> {
  const subject = { stage: 'metadata', what: `the ACLs to take effect on ${broker.brokers.join(',')}` } as const;
  const principals = [...new Set([...present, ...absent].map(({ principal }) => principal))];
  // Not a client of the cluster, which would use any broker.
  const opening = connect(broker)(addressOf(broker.brokers[0] ?? ''));
  try {
    const one = await deadline.race(opening, subject);
    for (;;) {
      const there = new Set<string>();
      for (const principal of principals)
        for (const entry of entriesOf(await deadline.race(one.request('describeAcls', { principal }), subject)))
          there.add(aclKey(entry));
      if (present.every((entry) => there.has(aclKey(entry))) && !absent.some((entry) => there.has(aclKey(entry))))
        return;
      await deadline.pause(5, subject);
      deadline.check(subject);
    }
  } catch (error) {
    throw toPubsubError(error, 'metadata');
  } finally {
    opening.then(
      (one: BrokerConnection) => one.close('the ACLs are known'),
      () => undefined,
    );
  }
}

function entriesOf({ error, message, acls }: AclOutcome & { readonly acls: readonly AclBinding[] }): AclEntry[] {
  if (error !== undefined) throw new BrokerError(error, message);
  return acls.map(({ principal, host, resourceType, resourceName, patternType, operation, permission }): AclEntry => ({
    principal,
    resourceType: nameOf(resourceTypes, resourceType),
    resourceName,
    ...(patternType === patterns.PREFIXED ? { pattern: 'PREFIXED' } : {}),
    ...(host === ANY_HOST ? {} : { host }),
    operation: nameOf(operations, operation),
    permission: nameOf(permissions, permission),
  }));
}

async function change(
  connection: KafkaConnection,
  api: 'createAcls' | 'deleteAcls',
  acls: readonly AclEntry[],
  deadline: Deadline,
): Promise<void> {
  if (acls.length === 0) return;
  await withCluster(connection, deadline, async (cluster: Cluster) => {
    for (const { error, message } of await cluster.askAny(api, { acls: acls.map(bindingOf) }))
      if (error !== undefined) throw new BrokerError(error, message);
  });
}

const ANY_HOST = '*';

function nameOf<N extends string>(numbers: Readonly<Record<N, number>>, number: number): N {
  return (Object.keys(numbers) as N[]).find((name) => numbers[name] === number) ?? ('UNKNOWN' as N);
}

function bindingOf({
  principal,
  resourceType,
  resourceName,
  pattern,
  host,
  operation,
  permission,
}: AclEntry): AclBinding {
  return {
    principal,
    host: host ?? ANY_HOST,
    resourceType: resourceTypes[resourceType],
    resourceName,
    patternType: patterns[pattern ?? 'LITERAL'],
    operation: operations[operation],
    permission: permissions[permission],
  };
}
