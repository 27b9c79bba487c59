import type { AclOperation } from '../../src/kafka/admin/acls.js';
import { actionOf, kindNames, resourceKinds, type KafkaActionName } from '../policy/actions.js';

/** One decision of Kafka's authorizer, in IAM's terms. */
export interface AuthorizerDecision {
  /** The role's ARN, without Kafka's "User:". */
  readonly principal: string;
  readonly allowed: boolean;
  readonly action: KafkaActionName;
  /** Name of the topic or group; '' for the cluster. */
  readonly resource: string;
  /** The request that was authorized, with Kafka's name: Metadata, Fetch… */
  readonly request: string;
}

/**
 * The format of `StandardAuthorizerData.buildAuditMessage` in Apache Kafka 3.9 and 4.x. Denials are logged at INFO,
 * allowed actions at DEBUG. Topics that a listing leaves out because of a missing right are not logged.
 */
const line =
  /Principal = User:(.+?) is (Allowed|Denied) operation = ([A-Z_]+) from host = \S+ on resource = (\w+):LITERAL:(.*?) for request = (\w+) with resourceRefCount/;

/** @returns undefined for a line that is not a decision, or whose operation has no IAM action */
export function readDecision(text: string): AuthorizerDecision | undefined {
  const [, principal, said, operation, type, name, request] = line.exec(text) ?? [];
  if (principal === undefined || type === undefined || name === undefined || request === undefined) return undefined;
  const kind = resourceKinds.find((one) => kindNames[one].log === type);
  const action = kind === undefined ? undefined : actionOf(kind, operation as AclOperation);
  if (kind === undefined || action === undefined) return undefined;
  return { principal, allowed: said === 'Allowed', action, resource: kind === 'cluster' ? '' : name, request };
}
