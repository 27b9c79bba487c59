import kafkajs, { type AclEntry as KafkajsAclEntry, type ResourcePatternTypes as PatternType } from 'kafkajs';
import type { Deadline } from '../base/deadline.js';
import { withAdmin } from './admin.js';
import type { KafkaConnection } from './connection.js';

// Node does not see these among the names that kafkajs, a CommonJS module, exports.
const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

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
  return withAdmin(connection, deadline, async (admin) => {
    if (acls.length > 0) await admin.createAcls({ acl: acls.map(toKafkajs) });
  });
}

/** Removes exactly these entries; one that is not there counts as removed. */
export function deleteAcls(connection: KafkaConnection, acls: readonly AclEntry[], deadline: Deadline): Promise<void> {
  return withAdmin(connection, deadline, async (admin) => {
    if (acls.length > 0) await admin.deleteAcls({ filters: acls.map(toKafkajs) });
  });
}

/** The LITERAL entries for any host of one principal, or of all, sorted. */
export function listAcls(
  connection: KafkaConnection,
  filter: { readonly principal?: string },
  deadline: Deadline,
): Promise<AclEntry[]> {
  return withAdmin(connection, deadline, async (admin) => {
    // What a filter leaves out is any.
    const { resources } = await admin.describeAcls({
      resourceType: AclResourceTypes.ANY,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ANY,
      host: anyHost,
      ...(filter.principal === undefined ? {} : { principal: filter.principal }),
    });
    return resources
      .flatMap(({ resourceType, resourceName, acls }) =>
        acls.map(({ principal, operation, permissionType }): AclEntry => ({
          principal,
          resourceType: nameOf(AclResourceTypes, resourceType) as AclResourceType,
          resourceName,
          operation: nameOf(AclOperationTypes, operation) as AclOperation,
          permission: nameOf(AclPermissionTypes, permissionType) as 'ALLOW' | 'DENY',
        })),
      )
      .sort(compareAcls);
  });
}

const anyHost = '*';

/** kafkajs types these as enums, and they are plain objects that know numbers by name only. */
function nameOf(numbers: Readonly<Record<string, string | number>>, number: number): string {
  return Object.keys(numbers).find((name) => numbers[name] === number) ?? 'UNKNOWN';
}

function toKafkajs({ principal, resourceType, resourceName, operation, permission }: AclEntry): KafkajsAclEntry & {
  resourcePatternType: PatternType;
} {
  return {
    principal,
    host: anyHost,
    resourceType: AclResourceTypes[resourceType],
    resourceName,
    resourcePatternType: ResourcePatternTypes.LITERAL,
    operation: AclOperationTypes[operation],
    permissionType: AclPermissionTypes[permission],
  };
}
