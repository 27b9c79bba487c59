import kafkajs, {
  type AclEntry as KafkajsAclEntry,
  type Admin,
  type ResourcePatternTypes as PatternType,
} from 'kafkajs';
import type { Deadline } from '../base/deadline.js';
import { withAdmin } from './admin.js';
import { createClient, createConsumer, noRetries } from './client.js';
import type { KafkaConnection } from './connection.js';
import { toPubsubError } from './errors.js';

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

/** One entry, from any host. */
export interface AclEntry {
  /** "User:alice" */
  readonly principal: string;
  readonly resourceType: AclResourceType;
  /** "kafka-cluster" for the cluster; "*" for every name. */
  readonly resourceName: string;
  /** Given, the entry is about all names that begin with `resourceName`. @default about exactly this name */
  readonly pattern?: 'PREFIXED';
  readonly operation: AclOperation;
  readonly permission: 'ALLOW' | 'DENY';
}

/** Who, what, and the denials after what is allowed. */
export function compareAcls(one: AclEntry, other: AclEntry): number {
  const [left, right] = [aclKey(one), aclKey(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The same text for the same entry. */
export function aclKey({ principal, resourceType, resourceName, pattern, permission, operation }: AclEntry): string {
  return [principal, resourceType, resourceName, pattern ?? 'LITERAL', permission, operation].join('\u0000');
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

/** The entries for any host of one principal, or of all, sorted. */
export function listAcls(
  connection: KafkaConnection,
  filter: { readonly principal?: string },
  deadline: Deadline,
): Promise<AclEntry[]> {
  return withAdmin(connection, deadline, async (admin) => {
    const { resources } = await admin.describeAcls(describeFilter(filter.principal));
    return entriesOf(resources).sort(compareAcls);
  });
}

/**
 * Resolves when one broker decides by these entries. A change is in force on each broker by itself, some milliseconds
 * after whoever made it has the answer.
 *
 * @param broker a connection that names this broker alone
 */
export async function untilAcls(
  broker: KafkaConnection,
  { present, absent = [] }: { readonly present: readonly AclEntry[]; readonly absent?: readonly AclEntry[] },
  deadline: Deadline,
): Promise<void> {
  const subject = { stage: 'metadata', what: `ACLs to be in force on ${broker.brokers.join(',')}` } as const;
  const principals = [...new Set([...present, ...absent].map(({ principal }) => principal))];
  const client = createClient(broker, noRetries);
  const { consumer, cluster } = createConsumer(client, { groupId: 'unused', allowAutoTopicCreation: false });
  try {
    await deadline.race(cluster.connect(), subject);
    // An admin client would ask any broker of the cluster.
    const { seedBroker } = (cluster as unknown as WithSeed).brokerPool;
    for (;;) {
      const there = new Set<string>();
      for (const principal of principals) {
        const { resources } = await deadline.race(seedBroker.describeAcls(describeFilter(principal)), subject);
        for (const entry of entriesOf(resources)) there.add(aclKey(entry));
      }
      if (present.every((one) => there.has(aclKey(one))) && !absent.some((one) => there.has(aclKey(one)))) return;
      await deadline.pause(5, subject);
      deadline.check(subject);
    }
  } catch (error) {
    throw toPubsubError(error, 'metadata');
  } finally {
    await deadline.race(consumer.disconnect(), subject).catch(() => undefined);
    client.sockets.close();
  }
}

type Described = Awaited<ReturnType<Admin['describeAcls']>>['resources'];
type DescribeFilter = Parameters<Admin['describeAcls']>[0];

/** Of kafkajs' cluster, the broker that was named; its types leave it out. */
interface WithSeed {
  readonly brokerPool: {
    readonly seedBroker: { describeAcls(filter: DescribeFilter): Promise<{ resources: Described }> };
  };
}

/** What a filter leaves out is any. */
function describeFilter(principal: string | undefined): DescribeFilter {
  return {
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
    host: anyHost,
    ...(principal === undefined ? {} : { principal }),
  };
}

function entriesOf(resources: Described): AclEntry[] {
  return resources.flatMap(({ resourceType, resourceName, resourcePatternType, acls }) =>
    acls.map(({ principal, operation, permissionType }): AclEntry => ({
      principal,
      resourceType: nameOf(AclResourceTypes, resourceType) as AclResourceType,
      resourceName,
      ...(resourcePatternType === ResourcePatternTypes.PREFIXED ? { pattern: 'PREFIXED' } : {}),
      operation: nameOf(AclOperationTypes, operation) as AclOperation,
      permission: nameOf(AclPermissionTypes, permissionType) as 'ALLOW' | 'DENY',
    })),
  );
}

const anyHost = '*';

/** kafkajs types these as enums, and they are plain objects that know numbers by name only. */
function nameOf(numbers: Readonly<Record<string, string | number>>, number: number): string {
  return Object.keys(numbers).find((name) => numbers[name] === number) ?? 'UNKNOWN';
}

function toKafkajs({
  principal,
  resourceType,
  resourceName,
  pattern,
  operation,
  permission,
}: AclEntry): KafkajsAclEntry & {
  resourcePatternType: PatternType;
} {
  return {
    principal,
    host: anyHost,
    resourceType: AclResourceTypes[resourceType],
    resourceName,
    resourcePatternType: ResourcePatternTypes[pattern ?? 'LITERAL'],
    operation: AclOperationTypes[operation],
    permissionType: AclPermissionTypes[permission],
  };
}
