import type { publish_result } from '../../lambda/publishing/publish-run.js';
import { heads } from '../check-list.js';
import { failureOf } from '../answer-failure.js';
import { judgeBadRecords, judgeErrors, judgeRequests } from '../judge.js';
import type { RunContext } from './context.js';
import type { WorkerLife } from './worker-life.js';

/** Step 5: several replies, error replies, bad records. */
export async function specialCases(context: RunContext, worker: WorkerLife): Promise<void> {
  context.say('several replies, error replies and bad records');
  await severalReplies(context);
  await errorReplies(context);
  await badRecords(context, worker);
}

async function severalReplies(context: RunContext): Promise<void> {
  const several = await context.request(context.plan.several, heads.several_replies);
  if (several !== undefined) judgeRequests(context.checks, heads.several_replies, [several.result], several.ms);
}

async function errorReplies(context: RunContext): Promise<void> {
  const failing = await context.request(context.plan.failing, heads.error_reply);
  if (failing === undefined) return;
  const unknown = await context.request(context.plan.unknown, heads.error_reply);
  if (unknown !== undefined) judgeErrors(context.checks, failing.result, unknown.result, failing.ms + unknown.ms);
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
  const publish = planted.result as publish_result;
  outcome.publishes.push(publish);
  const after = await context.request(plan.after_bad, heads.bad_records);
  if (after === undefined) return;
  // Its result names what it skipped.
  const result = await worker.end(true);
  if (result === undefined) checks.blockedByLast(heads.bad_records);
  else judgeBadRecords(checks, publish, result, after.result, planted.ms + after.ms);
}
