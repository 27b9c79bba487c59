import type { PositionsResult, TopicFacts } from '../../lambda/publishing/positions.js';
import type { ProcessFacts } from '../../lambda/runtime/shell.js';
import { heads, type CheckHead } from '../check-list.js';
import { failureOf } from '../answer-failure.js';
import { isUnreachable, type Failure } from '../failure.js';
import { judgeTopics } from '../judge.js';
import type { Offsets, RunStart } from '../plan.js';
import type { RunContext } from './context.js';

/** Step 1: reachability, topics, positions, from where the publisher function runs. Undefined: there is no going on. */
export async function begin(context: RunContext): Promise<RunStart | undefined> {
  const { checks, outcome, plan } = context;
  context.say('the publisher function to start and to reach a broker');
  const answer = await context.invoke('publisher', plan.positions);
  if (!answer.ok) {
    const failure = failureOf(answer);
    // Our own code answered, so that the function runs.
    const started = failure.ours;
    if (started) checks.pass(heads.function_publisher, answer.ms, 'it started, and says what is wrong');
    checks.fail(started ? headOf(failure) : heads.function_publisher, answer.ms, withHint(context, failure));
    outcome.unreachable = isUnreachable(failure);
    return undefined;
  }
  const result = answer.result as PositionsResult;
  checks.pass(heads.function_publisher, answer.ms, `answered within ${answer.ms} ms${coldStart(answer.result)}`);
  judgeTopics(checks, result, answer.ms);
  if (checks.failed !== undefined) return undefined;
  return {
    worker: ends(result.worker),
    reply_to: ends(result.reply_to),
    reply_partitions: result.reply_to.partitions.map(({ partition }) => partition),
  };
}

/** A process that was started for this invocation: what it took until the code was there. */
function coldStart(result: unknown): string {
  const { cold, init_ms } = (result as { process?: Partial<ProcessFacts> }).process ?? {};
  return cold === true ? `, ${init_ms ?? 0} of them until its code was loaded` : ' in a process that was there';
}

function ends({ partitions }: TopicFacts): Offsets {
  return Object.fromEntries(partitions.map(({ partition, end }) => [String(partition), end]));
}

function headOf({ code }: Failure): CheckHead {
  return code === 'topic_unknown' || code === 'not_authorized' ? heads.topics : heads.broker_reachable;
}

function withHint({ target: { missingTopicsHint } }: RunContext, failure: Failure): Failure {
  if (failure.code !== 'topic_unknown' || missingTopicsHint === undefined) return failure;
  return { ...failure, hint: missingTopicsHint };
}
