import { badRecords } from './bad-records.js';
import { workerReady } from '../checks/worker-ready.js';
import { RunContext, type RunParts } from './context.js';
import { blockRest, makeChecks } from './make-checks.js';
import type { RunOutcome } from './outcome.js';
import { Replies } from './replies.js';
import { roundTrips } from './round-trips.js';
import { splitFlow } from './split-flow.js';
import { start } from './start.js';
import { WorkerLife } from './worker-life.js';

/**
 * Carries out a plan on a target, step by step. After a failure, only what depends on it is left out; in the end, every
 * check has its line.
 */
export async function runPlan(parts: RunParts): Promise<RunOutcome> {
  const run = new RunContext(parts);
  const begin = await start(run);
  if (begin !== undefined) await parts.beforeWriting?.();
  await makeChecks(run, 'start');
  if (begin !== undefined && run.checks.failed === undefined && run.hasTimeFor(workerReady)) {
    const worker = new WorkerLife(run, begin);
    const answered = await roundTrips(run, worker);
    await makeChecks(run, 'round_trips');
    if (answered && !worker.gone) {
      // The joins of their groups, which wait for more members, overlap.
      const replies = new Replies(run);
      await splitFlow(run, begin);
      if (worker.isOutlived) run.outcome.collecting_cut_short = true;
      await makeChecks(run, 'split_flow');
      await replies.received(worker);
    }
    if (answered && !worker.gone) {
      await badRecords(run, worker);
      await makeChecks(run, 'bad_records');
    }
    await worker.end(answered ? 'by_frame' : 'by_force');
  }
  await makeChecks(run, 'end');
  blockRest(run.checks);
  return run.outcome;
}
