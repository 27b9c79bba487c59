import type { PositionsResult, TopicFacts } from '../../lambda/publishing/positions.js';
import { brokerReachable } from '../checks/broker-reachable.js';
import { pass, skip, type CheckHead } from '../checks/check.js';
import { publisherFunction } from '../checks/publisher-function.js';
import { topics } from '../checks/topics.js';
import { answerFailure, isAboutBrokers, isUnreachable, type Failure } from '../failure.js';
import type { RunContext } from './context.js';
import type { Offsets, RunStart } from './plan.js';

/** Reachability, topics and positions, from the publisher function. Undefined: the run cannot continue. */
export async function start(run: RunContext): Promise<RunStart | undefined> {
  const { checks, outcome, plan } = run;
  run.say('the publisher function to start and to reach a broker');
  const answer = await run.invoke('publisher', plan.positions);
  if (!answer.ok) {
    const { fromHandler, ...failure } = answerFailure(answer);
    outcome.unreachable = isUnreachable(failure);
    const check = fromHandler ? checkOf(failure) : publisherFunction;
    if (check !== publisherFunction) {
      const evidence = `it started, and its handler reported an error, which is that of the check “${check.title}”`;
      checks.add(publisherFunction, skip(evidence), answer.ms);
    }
    if (check === topics) checks.add(brokerReachable, pass('a broker answered the requests about the topics'));
    run.failed(check, answer, withHint(run, failure));
    return undefined;
  }
  const result = answer.result as PositionsResult;
  outcome.positions = { result, ms: answer.ms };
  return startOf(result);
}

/** Where the topics end. */
export function startOf({ worker, reply_to }: PositionsResult): RunStart {
  return {
    worker: ends(worker),
    reply_to: ends(reply_to),
    reply_partitions: reply_to.partitions.map(({ partition }) => partition),
  };
}

function ends({ partitions }: TopicFacts): Offsets {
  return Object.fromEntries(partitions.map(({ partition, end }) => [String(partition), end]));
}

/** The check that fails with an error of the handler. An error that is not about Kafka is one of the function. */
function checkOf(failure: Failure): CheckHead {
  const { code } = failure;
  if (code === 'topic_unknown' || code === 'not_authorized') return topics;
  return isAboutBrokers(failure) ? brokerReachable : publisherFunction;
}

function withHint({ target: { missingTopicsHint } }: RunContext, failure: Failure): Failure {
  if (failure.code !== 'topic_unknown' || missingTopicsHint === undefined) return failure;
  return { ...failure, hint: missingTopicsHint };
}
