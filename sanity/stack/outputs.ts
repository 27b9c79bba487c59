import type { FunctionName } from '../../lambda/functions.js';
import { functionNames } from '../../lambda/functions.js';
import type { StackModel } from '../../rehearsal/index.js';
import { stackOutputs } from '../../lib/naming.js';
import { pubsub_error } from '../../src/base/error.js';
import type { Failure } from '../failure.js';
import type { Target } from '../targets/target.js';
import type { StackFunctionFacts } from '../targets/stack.js';

/** What a stack's outputs say. */
export interface StackFacts {
  readonly functions: Readonly<Record<FunctionName, StackFunctionFacts>>;
  readonly topics: Readonly<Record<'worker' | 'reply_to', string>>;
  readonly brokers: readonly string[];
  /** The functions' time-out. */
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
      evidence: `the stack has no outputs ${missing.join(', ')}`,
      hint: 'Check that it is a sanity stack of this version; npx cdk deploy adds missing outputs.',
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
        : 'invalid records are only written to topics that the stack created; it did not create these',
  };
}

/** @throws pubsub_error `template_refused` for a stack of another kind: its functions take other events */
export function requireSanityStack({ outputs }: StackModel): void {
  const facts = stackFacts(outputs);
  if (!('code' in facts)) return;
  throw new pubsub_error('template_refused', 'rehearsal', `Outputs: ${facts.evidence}: not a sanity stack`, {
    details: { path: 'Outputs' },
    hint: 'The functions of another stack can be run too: easy-pubsub rehearse up --template FILE, then invoke them.',
  });
}
