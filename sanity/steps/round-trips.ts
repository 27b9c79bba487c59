import { answeredOf, msPerRequest } from '../checks/answered.js';
import { roundTrips as check } from '../checks/round-trips.js';
import { enoughTime } from '../checks/time-up.js';
import { workerReady } from '../checks/worker-ready.js';
import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { RunContext } from './context.js';
import type { WorkerLife } from './worker-life.js';

/**
 * A requester with its own reply_to subscription: first in a fresh process, then in a running one.
 *
 * @returns false when requests got no answers: later steps would not get any either
 */
export async function roundTrips(run: RunContext, worker: WorkerLife): Promise<boolean> {
  const { outcome, plan, time } = run;
  run.say('the first answer of the worker function');
  const workMs = (): number => time.leftMs - time.reservedMs;
  const cold = await run.request(plan.cold, workerReady, { fresh: true, unless: worker.failed, workMs: workMs() });
  if (cold === undefined) return false;
  // The target may have had no fresh process; then these numbers are not cold ones.
  if (cold.cold) outcome.cold = cold.result;
  else if (plan.warm === undefined) outcome.warm = cold.result;
  outcome.roundTrips = { results: [cold.result], ms: cold.ms, complete: plan.warm === undefined };
  if (plan.warm !== undefined) {
    warnOfTime(run, cold.result);
    run.say('the answers to the counted requests');
    const warm = await run.request(plan.warm, check, { workMs: workMs(), unless: worker.outlived });
    if (warm === undefined) return false;
    outcome.warm = warm.result;
    outcome.roundTrips = { results: [cold.result, warm.result], ms: cold.ms + warm.ms, complete: true };
  }
  const { unanswered, send_failed, delivered } = answeredOf(outcome.roundTrips.results);
  return unanswered === 0 && send_failed === 0 && delivered > 0;
}

/** A fresh process is slower than one that has run for a while: only clearly too little time is worth a warning. */
const COLD_FACTOR = 3;

/** From the first requests, how long all of them will take. */
function warnOfTime({ notice, plan, time }: RunContext, cold: RequestResult): void {
  const each = msPerRequest([cold]);
  if (each === undefined) return;
  const wantedMs = each * plan.warm_count;
  const leftMs = time.leftMs - time.reservedMs;
  if (wantedMs / COLD_FACTOR <= leftMs) return;
  const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;
  const enough = enoughTime(time.elapsedMs + wantedMs + time.reservedMs, time.longest);
  notice(
    `The other ${plan.warm_count} requests will take about ${seconds(wantedMs)}, at the speed of the first ones; ${seconds(leftMs)} are left for them. ${enough}`,
  );
}
