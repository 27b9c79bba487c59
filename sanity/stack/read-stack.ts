import type { StackDescription } from '../../aws/describe-stack.js';
import type { AwsPort } from '../../aws/port.js';
import { Deadline } from '../../src/base/deadline.js';
import type { Failure } from '../failure.js';
import { stackFacts, type StackFacts } from './outputs.js';
import { stackProblem } from './state.js';

export interface Stack extends StackDescription {
  readonly facts: StackFacts;
}

const DESCRIBE_MS = 15_000;

/**
 * A stack that a run can use, or why it cannot.
 *
 * @throws pubsub_error when AWS gives no answer
 */
export async function readStack(aws: AwsPort, name: string, signal: AbortSignal): Promise<Stack | Failure> {
  const stack = await aws.describeStack(name, new Deadline(DESCRIBE_MS, signal));
  if (stack === undefined) {
    return {
      code: 'stack_absent',
      evidence: `there is no stack ${name} in ${aws.region}`,
      hint: `Check the region and the account (--region, --profile), or deploy it (npx cdk deploy). aws cloudformation describe-stacks --query 'Stacks[].StackName' lists the stacks.`,
    };
  }
  const problem = stackProblem(stack);
  if (problem !== undefined) return problem;
  const facts = stackFacts(stack.outputs);
  if ('code' in facts) return { ...facts, evidence: `${facts.evidence} (its state is ${stack.status})` };
  return { ...stack, facts };
}
