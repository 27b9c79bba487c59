import type { PublishResult } from '../../lambda/publishing/publish-run.js';
import { heads } from '../check-list.js';
import { failureOf } from '../answer-failure.js';
import { judgeBadRecords, judgeErrors, judgeRequests } from '../judge.js';
import { partsOf } from '../request-parts.js';
import type { RunContext } from './context.js';
import type { WorkerLife } from './worker-life.js';

/** Step 5: several replies, error replies, bad records. */
export async function specialCases(context: RunContext, worker: WorkerLife): Promise<void> {
  context.say('several replies, error replies and bad records');
  await kindsOfReplies(context);
  await badRecords(context, worker);
}

async function kindsOfReplies(context: RunContext): Promise<void> {
  const { checks, plan } = context;
  const answered = await context.request(plan.cases, heads.several_replies);
  if (answered === undefined) {
    checks.blockedByLast(heads.error_reply);
    return;
  }
  const [several, ...errors] = partsOf(answered.result);
  judgeRequests(checks, heads.several_replies, several === undefined ? [] : [several], answered.ms);
  // One invocation served both: its time is told once.
  judgeErrors(checks, errors, 0);
}

async function badRecords(context: RunContext, worker: WorkerLife): Promise<void> {
  const { checks, outcome, plan, target } = context;
  if (target.mayPlant !== true) {
    checks.skip(heads.bad_records, target.mayPlant);
    return;
  }
  const planted = await context.invoke('publisher', plan.bad_records);
  if (!planted.ok) {
    checks.fail(heads.bad_records, planted.ms, failureOf(planted));
    return;
  }
  const publish = planted.result as PublishResult;
  outcome.publishes.push(publish);
  const after = await context.request(plan.after_bad, heads.bad_records);
  if (after === undefined) return;
  const result = await worker.end('told');
  if (result === undefined) checks.blockedByLast(heads.bad_records);
  else judgeBadRecords(checks, publish, result, after.result, planted.ms + after.ms);
}
