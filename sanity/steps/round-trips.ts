import { roundTrips as check } from '../checks/round-trips.js';
import { workerReady } from '../checks/worker-ready.js';
import type { RunContext } from './context.js';
import type { WorkerLife } from './worker-life.js';

/**
 * A requester with its own reply_to subscription: first in a fresh process, then in a running one.
 *
 * @returns false when requests got no answers: later steps would not get any either
 */
export async function roundTrips(run: RunContext, worker: WorkerLife): Promise<boolean> {
  const { outcome, plan } = run;
  run.say('the first answer of the worker function');
  const cold = await run.request(plan.cold, workerReady, { fresh: true, unless: worker.failed });
  if (cold === undefined) return false;
  // The target may have had no fresh process; then these numbers are not cold ones.
  if (cold.cold) outcome.cold = cold.result;
  else if (plan.warm === undefined) outcome.warm = cold.result;
  outcome.roundTrips = { results: [cold.result], ms: cold.ms, complete: plan.warm === undefined };
  if (plan.warm !== undefined) {
    run.say('the answers to the counted requests');
    const warm = await run.request(plan.warm, check);
    if (warm === undefined) return false;
    outcome.warm = warm.result;
    outcome.roundTrips = { results: [cold.result, warm.result], ms: cold.ms + warm.ms, complete: true };
  }
  return outcome.roundTrips.results.every(({ ledger }) => ledger.unanswered === 0 && ledger.send_failed === 0);
}
