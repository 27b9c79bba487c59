import { pubsub_error } from '../../src/base/error.js';

/**
 * Runs that this process has served. Lambda repeats an asynchronous invocation whose answer was lost, and a second run
 * under the same id would count frames of the first.
 */
const served = new Set<string>();

/** @throws pubsub_error `run_refused` if this process served this step of the run before */
export function serveOnce(runId: string, step: string): void {
  const id = `${runId}/${step}`;
  if (served.has(id)) throw refused(runId, step);
  served.add(id);
}

export function refused(runId: string, step: string): pubsub_error {
  return new pubsub_error('run_refused', 'event', `step ${step} of run ${runId} was already served`, {
    hint: 'Use a new run_id for each run.',
    details: { run_id: runId, step },
  });
}
