import type { PolicyStatement } from './statement.js';
import { matchesAction, matchesPattern } from './wildcard.js';

export type Decision = 'allowed' | 'denied' | 'explicitly denied';

/**
 * IAM's rule for one action on one resource: an explicit Deny wins, else an Allow, else it is denied (IAM user guide,
 * "Policy evaluation logic"). A wildcard stands for any characters, the ARN's colons included.
 */
export function decide(statements: readonly PolicyStatement[], action: string, resourceArn: string): Decision {
  let decision: Decision = 'denied';
  for (const { effect, actions, resources } of statements) {
    if (!actions.some((pattern) => matchesAction(pattern, action))) continue;
    if (!resources.some((pattern) => matchesPattern(pattern, resourceArn))) continue;
    if (effect === 'Deny') return 'explicitly denied';
    decision = 'allowed';
  }
  return decision;
}
