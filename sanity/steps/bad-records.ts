import type { PublishResult } from '../../lambda/publishing/publish-run.js';
import { badRecords as check } from '../checks/bad-records.js';
import type { RunContext } from './context.js';
import type { WorkerLife } from './worker-life.js';

/** Writes invalid records to the worker topic, and ends the worker: its result lists the records that it skipped. */
export async function badRecords(run: RunContext, worker: WorkerLife): Promise<void> {
  const { outcome, plan, target } = run;
  if (target.mayPlant !== true || !run.hasTimeFor(check)) return;
  run.say('the worker function to skip invalid records');
  const answer = await run.invoke('publisher', plan.bad_records);
  if (!answer.ok) {
    run.failed(check, answer);
    return;
  }
  const publish = answer.result as PublishResult;
  outcome.publishes.push(publish);
  const after = await run.request(plan.after_bad, check, { unless: worker.outlived });
  if (after === undefined) return;
  outcome.bad = { planted: publish.bad_records, after: after.result, ms: answer.ms + after.ms };
  await worker.end('already_sent');
}
