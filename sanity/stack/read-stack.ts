import { Deadline } from '../../src/base/deadline.js';
import { AwsError, type AwsPort, type StackDescription } from '../../aws/port.js';
import type { Failure } from '../failure.js';
import { stackFacts, type StackFacts } from './outputs.js';
import { absent, isAbsent, stackProblem } from './state.js';

export interface Stack extends StackDescription {
  readonly facts: StackFacts;
}

const DESCRIBE_MS = 15_000;

/**
 * A stack that can be worked with, or why not.
 *
 * @throws AwsError when AWS does not tell
 */
export async function readStack(aws: AwsPort, name: string, signal: AbortSignal): Promise<Stack | Failure> {
  let stack: StackDescription;
  try {
    stack = await aws.describeStack(name, new Deadline(DESCRIBE_MS, signal));
  } catch (error) {
    if (error instanceof AwsError && isAbsent(error.facts)) return absent(name, aws.region);
    throw error;
  }
  const problem = stackProblem(stack);
  if (problem !== undefined) return problem;
  const facts = stackFacts(stack.outputs);
  if ('code' in facts) return { ...facts, evidence: `${facts.evidence} (it is in ${stack.status})` };
  return { ...stack, facts };
}
