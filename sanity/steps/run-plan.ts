import { heads, type CheckList } from '../checks/results.js';
import { judgeCleanup, judgeDisposal } from '../judge.js';
import { begin } from './begin.js';
import { findMissingRights } from './missing-rights.js';
import { RunContext, type RunOutcome, type RunParts } from './context.js';
import { roundTrips } from './round-trips.js';
import { specialCases } from './special-cases.js';
import { splitFlow } from './split-flow.js';
import { WorkerLife } from './worker-life.js';

/**
 * Carries a plan out on a target, check by check. What fails is noted, and only what rests on it is left out; every
 * check has its line in the end.
 */
export async function runPlan(parts: RunParts): Promise<RunOutcome> {
  const context = new RunContext(parts);
  const start = await begin(context);
  if (start !== undefined) {
    const worker = new WorkerLife(context, start);
    const answered = await roundTrips(context, worker);
    if (answered && !worker.gone) await splitFlow(context, start);
    if (answered && !worker.gone) await specialCases(context, worker);
    await worker.end(answered ? 'by_frame' : 'by_force');
    judgeEnds(context);
  }
  await findMissingRights(context);
  blockRest(context.checks);
  return context.outcome;
}

function judgeEnds({ checks, options, outcome }: RunContext): void {
  const { requests, collects, worker } = outcome;
  const results = [
    ...requests.map((result) => ({ name: 'publisher', ...result })),
    ...collects.map((result) => ({ name: 'reply_to', ...result })),
    ...(worker === undefined ? [] : [{ name: 'worker', ...worker }]),
  ];
  if (results.length === 0) return;
  judgeDisposal(checks, results);
  const fates = new Map(results.map(({ group }) => [group.name, group]));
  judgeCleanup(checks, [...fates.values()], options.keep);
}

/** Checks that are made, or not, whatever else fails. */
const notBlocked = new Set<string>([heads.config.id, heads.kafka.id, heads.foreign_groups.id, heads.rights.id]);

/** Gives the checks that were not made their line: not done, because of the first that failed. */
export function blockRest(checks: CheckList): void {
  const cause = checks.failed;
  if (cause === undefined) return;
  const done = new Set(checks.all.map(({ id }) => id));
  for (const head of Object.values(heads))
    if (!done.has(head.id) && !notBlocked.has(head.id)) checks.blocked(head, cause);
}
