import { deniedTransactionalId } from '../gateway/index.js';
import { kafkaActions } from '../policy/actions.js';
import type { AuthorizerDecision } from './authorizer-line.js';

/** Why an action is denied to a role; undefined if the role is unknown. */
export type Explain = (roleArn: string, action: string, name: string) => string | undefined;

/**
 * One line for equal denials: "denied: role Orders: kafka-cluster:WriteData on topic orders (Produce): no statement
 * of orders.json allows it, 3 times".
 */
export function denialLines(
  decisions: readonly AuthorizerDecision[],
  role: (arn: string) => string,
  explain: Explain = () => undefined,
): string[] {
  const times = new Map<string, number>();
  for (const decision of decisions) {
    const line = denialLine(decision, role, explain);
    if (line !== undefined) times.set(line, (times.get(line) ?? 0) + 1);
  }
  return [...times].map(([line, count]) => (count === 1 ? line : `${line}, ${count} times`));
}

/** @returns undefined for what was allowed, and for what the gateway has already reported */
export function denialLine(
  { allowed, principal, action, resource, request }: AuthorizerDecision,
  role: (arn: string) => string,
  explain: Explain,
): string | undefined {
  if (allowed || resource === deniedTransactionalId) return undefined;
  const { kind } = kafkaActions[action];
  const on = kind === 'cluster' ? 'the cluster' : `${kind} ${resource}`;
  const why = explain(principal, action, resource);
  return `denied: ${role(principal)}: ${action} on ${on} (${request})${why === undefined ? '' : `: ${why}`}`;
}
