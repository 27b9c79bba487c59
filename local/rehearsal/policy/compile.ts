import { pubsub_error } from '../../../src/base/error.js';
import { compareAcls, type AclEntry, type AclOperation, type AclResourceType } from '../../../src/kafka/admin/acls.js';
import { kafkaActions, type ResourceKind } from './actions.js';
import { resourceArn } from './resource-arns.js';
import { decideForRole, type RoleRights } from './role-rights.js';

/** The names that the ACLs are to speak of: those of the template and those that a run will use. */
export interface KafkaNames {
  readonly clusterArn: string;
  readonly topics: readonly string[];
  /** Whole names: a policy's `<prefix>-*` becomes the groups of the runs that are to be. */
  readonly groups: readonly string[];
  readonly transactionalIds?: readonly string[];
}

const types: Readonly<Record<ResourceKind, AclResourceType>> = {
  cluster: 'CLUSTER',
  topic: 'TOPIC',
  group: 'GROUP',
  'transactional-id': 'TRANSACTIONAL_ID',
};

/** Kafka lets who may do the one do the other too; IAM does not. */
const implies: Readonly<Partial<Record<AclOperation, AclOperation>>> = {
  READ: 'DESCRIBE',
  WRITE: 'DESCRIBE',
  DELETE: 'DESCRIBE',
  ALTER: 'DESCRIBE',
  ALTER_CONFIGS: 'DESCRIBE_CONFIGS',
};

/**
 * What IAM allows a role, as ACLs that Kafka's own authorizer enforces: every action is evaluated on every name, and
 * what is allowed becomes one LITERAL entry; wildcards are exact that way, wherever they stand. A DENY where Kafka
 * would imply what IAM does not.
 *
 * Stricter than IAM for names that nobody passed: those are denied. `Connect` has no ACL (`mayConnect`), and Kafka
 * asks for IDEMPOTENT_WRITE only who may write nowhere (`mayWriteIdempotently`).
 */
export function compileAcls(rights: RoleRights, names: KafkaNames): AclEntry[] {
  const { clusterArn, topics, groups, transactionalIds = [] } = names;
  const resources: [ResourceKind, string][] = [
    // What Kafka calls the one cluster.
    ['cluster', 'kafka-cluster'],
    ...topics.map((name): [ResourceKind, string] => ['topic', name]),
    ...groups.map((name): [ResourceKind, string] => ['group', name]),
    ...transactionalIds.map((name): [ResourceKind, string] => ['transactional-id', name]),
  ];
  const entries = resources.flatMap(([kind, name]) => {
    const operations = allowedOperations(rights, kind, resourceArn(clusterArn, kind, literalName(name)));
    const implied = new Set(operations.flatMap((operation) => implies[operation] ?? []));
    const entry = (operation: AclOperation, permission: 'ALLOW' | 'DENY'): AclEntry => ({
      principal: `User:${rights.arn}`,
      resourceType: types[kind],
      resourceName: name,
      operation,
      permission,
    });
    return [
      ...operations.map((operation) => entry(operation, 'ALLOW')),
      ...[...implied]
        .filter((operation) => !operations.includes(operation))
        .map((operation) => entry(operation, 'DENY')),
    ];
  });
  // A name may be passed twice: as the template's and as the run's.
  const unique = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
  return [...unique.values()].sort(compareAcls);
}

function allowedOperations(rights: RoleRights, kind: ResourceKind, arn: string): AclOperation[] {
  return Object.entries(kafkaActions).flatMap(([action, about]) =>
    about.kind === kind && about.operation !== undefined && decideForRole(rights, action, arn) === 'allowed'
      ? about.operation
      : [],
  );
}

/** Kafka takes a resource called "*" for all of them. */
function literalName(name: string): string {
  if (name !== '' && name !== '*') return name;
  throw new pubsub_error(
    'argument_invalid',
    'rehearsal',
    `an ACL cannot speak of the name ${JSON.stringify(name)} alone`,
  );
}
