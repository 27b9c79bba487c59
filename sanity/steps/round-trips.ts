import { heads } from '../checks/results.js';
import { judgeOrder, judgeRequests } from '../judge.js';
import type { RunContext } from './context.js';
import type { WorkerLife } from './worker-life.js';

/** Step 3: a requester with its own reply_to subscription; cold first, then warm. False: nothing more can be learned. */
export async function roundTrips(context: RunContext, worker: WorkerLife): Promise<boolean> {
  const { checks, outcome, plan } = context;
  context.say('the worker function to answer its first frame');
  const cold = await context.request(plan.cold, heads.worker_ready, { fresh: true, unless: worker.failed });
  if (cold === undefined) return false;
  // The place may have had no new process to give; then these are no cold numbers.
  if (cold.cold) outcome.cold = cold.result;
  else if (plan.warm === undefined) outcome.warm = cold.result;
  const { ms = 0, frames = 0 } = cold.result.warm_up ?? {};
  checks.pass(heads.worker_ready, ms, `answered after ${ms} ms and ${frames} warm-up frames`);
  const done = [cold];
  if (plan.warm !== undefined) {
    context.say('the counted round trips');
    const warm = await context.request(plan.warm, heads.round_trips);
    if (warm === undefined) return false;
    outcome.warm = warm.result;
    done.push(warm);
  }
  const results = done.map(({ result }) => result);
  judgeRequests(
    checks,
    heads.round_trips,
    results,
    done.reduce((sum, one) => sum + one.ms, 0),
  );
  judgeOrder(checks, results, 0);
  // Frames that went nowhere: what comes next would go there too, and take its time to find out.
  return results.every(({ ledger }) => ledger.unanswered === 0 && ledger.send_failed === 0);
}
