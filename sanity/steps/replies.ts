import { severalReplies } from '../checks/several-replies.js';
import { partsOf } from '../ledger.js';
import type { RunAnswer, RunContext } from './context.js';
import { makeChecks } from './make-checks.js';
import type { WorkerLife } from './worker-life.js';

/**
 * Requests with several replies, and requests that fail: one invocation, because each join of a group takes time. It
 * starts now, and runs while another step does.
 */
export class Replies {
  readonly #run: RunContext;
  readonly #answering: Promise<RunAnswer> | undefined;

  constructor(run: RunContext) {
    this.#run = run;
    this.#answering = run.time.over ? undefined : run.invoke('publisher', run.plan.cases);
    // received() awaits it, and sees its rejection; until then it must not count as unhandled.
    this.#answering?.catch(() => undefined);
  }

  /** Waits for the answers, and makes the checks of them; not if the worker, which must answer, has failed. */
  async received(worker: WorkerLife): Promise<void> {
    const run = this.#run;
    if (worker.gone) return;
    if (this.#answering === undefined) run.hasTimeFor(severalReplies);
    else {
      run.say('several replies to one request, and error replies');
      const answered = await run.received(this.#answering, severalReplies, worker.failed);
      const [several, ...errors] = answered === undefined ? [] : partsOf(answered.result);
      if (answered !== undefined && several !== undefined) run.outcome.replies = { several, errors, ms: answered.ms };
    }
    await makeChecks(run, 'replies');
  }
}
