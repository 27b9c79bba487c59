import type { AclEntry } from '../../src/kafka/admin/acls.js';
import type { BrokerSettings } from '../../src/kafka/admin/broker-settings.js';

/** The principal of ACLs for all clients. */
export const EVERYONE = 'User:*';

const MOST_SHOWN = 5;

/**
 * What ACLs for all clients mean for the roles of a gateway: Kafka applies them in addition to the policies.
 *
 * @returns undefined if there are none
 */
export function aclsForEveryone(entries: readonly AclEntry[]): string | undefined {
  if (entries.length === 0) return undefined;
  const shown = entries.slice(0, MOST_SHOWN).map(described);
  const more = entries.length - shown.length;
  const [what, count] = entries.length === 1 ? ['an ACL', 'counts'] : [`${entries.length} ACLs`, 'count'];
  const list = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
  return `have ${what} for all clients (${EVERYONE}), which ${count} in addition to the policies: ${list}`;
}

const WITHOUT_ACLS = 'allow.everyone.if.no.acl.found';

/**
 * What the setting of the authorizer means that allows what no ACL is about: brokers report that they have it, and not
 * its value.
 *
 * @returns undefined if no broker has it: then it is false
 */
export function allowedWithoutAcls(
  brokers: readonly Pick<BrokerSettings, 'nodeId' | 'unreported'>[],
): string | undefined {
  const ids = brokers.filter(({ unreported }) => unreported.includes(WITHOUT_ACLS)).map(({ nodeId }) => nodeId);
  if (ids.length === 0) return undefined;
  return `have the setting ${WITHOUT_ACLS} (broker ${ids.join(', ')}): unless it is false, Kafka allows every role everything on topics, groups and other resources without ACLs, whatever the policies say`;
}

/** "allow WRITE on topic orders*" */
function described({ permission, operation, resourceType, resourceName, pattern, host }: AclEntry): string {
  const kind = resourceType.toLowerCase().replace('_', ' ');
  const name = `${resourceName}${pattern === 'PREFIXED' ? '*' : ''}`;
  const from = host === undefined ? '' : ` from ${host}`;
  return `${permission.toLowerCase()} ${operation} on ${kind} ${name}${from}`;
}
