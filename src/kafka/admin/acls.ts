import type { Deadline } from '../../base/deadline.js';
import { withCluster } from './admin.js';
import type { AclBinding } from '../client/broker-apis.js';
import { BrokerError } from '../client/broker-error.js';
import type { Cluster } from '../client/cluster.js';
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
const LITERAL = 3;

/** Kafka's own names of what an ACL allows. */
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

/** One entry for a resource of exactly this name, from any host. */
export interface AclEntry {
  /** "User:alice" */
  readonly principal: string;
  readonly resourceType: AclResourceType;
  /** "kafka-cluster" for the cluster */
  readonly resourceName: string;
  readonly operation: AclOperation;
  readonly permission: 'ALLOW' | 'DENY';
}

/** Who, what, and the denials after what is allowed. */
export function compareAcls(one: AclEntry, other: AclEntry): number {
  const key = ({ principal, resourceType, resourceName, permission, operation }: AclEntry): string =>
    [principal, resourceType, resourceName, permission, operation].join('\u0000');
  return key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0;
}

/** Adds entries; those that are there already stay as they are. In force within milliseconds, on each broker by itself. */
export function createAcls(connection: KafkaConnection, acls: readonly AclEntry[], deadline: Deadline): Promise<void> {
  return change(connection, 'createAcls', acls, deadline);
}

/** Removes exactly these entries; one that is not there counts as removed. */
export function deleteAcls(connection: KafkaConnection, acls: readonly AclEntry[], deadline: Deadline): Promise<void> {
  return change(connection, 'deleteAcls', acls, deadline);
}

/** The LITERAL entries for any host of one principal, or of all, sorted. */
export function listAcls(
  connection: KafkaConnection,
  filter: { readonly principal?: string },
  deadline: Deadline,
): Promise<AclEntry[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const { error, message, acls } = await cluster.askAny('describeAcls', { principal: filter.principal });
    if (error !== undefined) throw new BrokerError(error, message);
    return acls
      .filter(({ host, patternType }) => host === anyHost && patternType === LITERAL)
      .map(({ principal, resourceType, resourceName, operation, permission }): AclEntry => ({
        principal,
        resourceType: nameOf(resourceTypes, resourceType),
        resourceName,
        operation: nameOf(operations, operation),
        permission: nameOf(permissions, permission),
      }))
      .sort(compareAcls);
  });
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

const anyHost = '*';

function nameOf<N extends string>(numbers: Readonly<Record<N, number>>, number: number): N {
  return (Object.keys(numbers) as N[]).find((name) => numbers[name] === number) ?? ('UNKNOWN' as N);
}

function bindingOf({ principal, resourceType, resourceName, operation, permission }: AclEntry): AclBinding {
  return {
    principal,
    host: anyHost,
    resourceType: resourceTypes[resourceType],
    resourceName,
    patternType: LITERAL,
    operation: operations[operation],
    permission: permissions[permission],
  };
}
