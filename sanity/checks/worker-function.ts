import type { WorkerRunResult } from '../../lambda/working/worker-run.js';
import { pass, warn, type Finding } from './check.js';
import type { RunCheck } from './run-check.js';
import { stopReason } from './stop-reason.js';

export const workerFunction: RunCheck = {
  id: 'function_worker',
  title: 'worker function starts and returns',
  function: 'worker',
  step: 'worker',
  judge: ({ outcome: { worker, workerMs } }) =>
    worker === undefined ? undefined : { ...workerFinding(worker), ms: workerMs },
};

function workerFinding({ counts, partitions, stopped_by, undeliverable, restarts }: WorkerRunResult): Finding {
  const evidence = `handled ${counts.handled + counts.failed} frames with ${counts.replies} replies on ${partitions.length} partitions; stopped ${stopReason(stopped_by)}`;
  const [first] = undeliverable;
  if (first !== undefined) {
    return warn(
      `${evidence}; ${counts.undeliverable} replies could not be written: ${first.message}`,
      'Check that the worker may write to the reply_to topic.',
    );
  }
  if (restarts === 0) return pass(evidence);
  return warn(
    `${evidence}; its member of the group was restarted ${restarts} times`,
    'Brokers or the network had a fault during the run.',
  );
}
