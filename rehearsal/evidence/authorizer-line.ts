import type { AclOperation } from '../../src/kafka/admin/acls.js';
import { actionOf, kindNames, resourceKinds, type KafkaActionName } from '../policy/actions.js';

/** One decision of Kafka's authorizer, in the words of IAM. */
export interface AuthorizerDecision {
  /** Without Kafka's "User:": the role's ARN. */
  readonly principal: string;
  readonly allowed: boolean;
  readonly action: KafkaActionName;
  /** Name of the topic or group; '' for the cluster. */
  readonly resource: string;
  /** The request that it was about, as Kafka calls it: Metadata, Fetch… */
  readonly request: string;
}

/**
 * As `StandardAuthorizerData.buildAuditMessage` of Apache Kafka writes it, in 3.9 and 4.x. Denials are at INFO, what is
 * allowed at DEBUG; what a listing leaves out because it may not be seen is at neither.
 */
const line =
  /Principal = User:(.+?) is (Allowed|Denied) operation = ([A-Z_]+) from host = \S+ on resource = (\w+):LITERAL:(.*?) for request = (\w+) with resourceRefCount/;

/** @returns undefined for a line that is not a decision, or one that no action of IAM stands for */
export function readDecision(text: string): AuthorizerDecision | undefined {
  const [, principal, said, operation, type, name, request] = line.exec(text) ?? [];
  if (principal === undefined || type === undefined || name === undefined || request === undefined) return undefined;
  const kind = resourceKinds.find((one) => kindNames[one].log === type);
  const action = kind === undefined ? undefined : actionOf(kind, operation as AclOperation);
  if (kind === undefined || action === undefined) return undefined;
  return { principal, allowed: said === 'Allowed', action, resource: kind === 'cluster' ? '' : name, request };
}
