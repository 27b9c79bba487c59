import { functionNames, type FunctionName } from '../../lambda/functions.js';
import { stackOutputs } from '../../lib/naming.js';
import type { Failure } from '../failure.js';
import type { Target } from '../target.js';
import type { StackFunctionFacts } from '../targets/stack.js';

/** What a stack says of itself. */
export interface StackFacts {
  readonly functions: Readonly<Record<FunctionName, StackFunctionFacts>>;
  readonly topics: Readonly<Record<'worker' | 'reply_to', string>>;
  readonly brokers: readonly string[];
  /** Milliseconds that each function has. */
  readonly timeoutMs: number;
  readonly mayPlant: Target['mayPlant'];
}

/** Reads a stack's outputs. Pure. */
export function stackFacts(outputs: Readonly<Record<string, string>>): StackFacts | Failure {
  const { functionName, roleArn, logGroup, workerTopic, replyToTopic, bootstrapBrokers, functionTimeout, madeTopics } =
    stackOutputs;
  const needed = [...Object.values(functionName), workerTopic, replyToTopic, functionTimeout];
  const missing = needed.filter((key) => (outputs[key] ?? '') === '');
  if (missing.length > 0) {
    return {
      code: 'stack_outputs_missing',
      evidence: `the stack has no output ${missing.join(', ')}`,
      hint: 'Is it a sanity stack, of this version? npx cdk deploy adds what is missing.',
    };
  }
  const timeoutMs = Number(outputs[functionTimeout]) * 1000;
  const functions = Object.fromEntries(
    functionNames.map((name) => [
      name,
      {
        name: outputs[functionName[name]] ?? '',
        logGroup: outputs[logGroup[name]],
        role: outputs[roleArn[name]],
        timeoutMs,
      },
    ]),
  ) as StackFacts['functions'];
  return {
    functions,
    topics: { worker: outputs[workerTopic] ?? '', reply_to: outputs[replyToTopic] ?? '' },
    brokers: (outputs[bootstrapBrokers] ?? '').split(',').filter((broker) => broker !== ''),
    timeoutMs,
    mayPlant:
      outputs[madeTopics] === 'true'
        ? true
        : 'bad records are planted only in topics that the stack made; these are not',
  };
}
