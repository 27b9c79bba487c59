import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { WorkerRunResult } from '../../lambda/working/worker-run.js';
import type { Finding } from '../checks/check.js';
import { workerFunction } from '../checks/worker-function.js';
import type { RunAnswer, RunContext } from './context.js';
import { makeChecks } from './make-checks.js';
import type { RunStart } from './plan.js';

/** Not judged: delays extend the time of the run, and not that of the function. */
const outlivedFinding: Finding = {
  outcome: 'skipped',
  code: 'time_up',
  evidence: 'its time was over before that of the run, because invocations of the other functions were delayed',
  hint: 'Try again when no invocations are delayed; a check of this run says why they were delayed.',
};

/** It ended by itself, as its event says. */
function hasRunOut(answer: RunAnswer): boolean {
  return answer.ok && ['deadline', 'idle'].includes((answer.result as WorkerRunResult).stopped_by);
}

/** The worker function runs in the background, until the run ends it. */
export class WorkerLife {
  readonly #run: RunContext;
  /** Resolves when the function fails, or runs out of time, before it was asked to end; otherwise never. */
  readonly failed: Promise<void>;
  /** Resolves when its time is over before the run's: delays of invocations extend only that of the run. Otherwise never. */
  readonly outlived: Promise<void>;
  #running: Promise<RunAnswer> | undefined;
  #gone = false;
  #isOutlived = false;

  constructor(run: RunContext, start: RunStart) {
    this.#run = run;
    let fail: () => void = () => undefined;
    let outlive: () => void = () => undefined;
    this.failed = new Promise((resolve) => (fail = resolve));
    this.outlived = new Promise((resolve) => (outlive = resolve));
    this.#running = run.invoke('worker', run.plan.worker(start)).then((answer) => {
      this.#isOutlived = this.#running !== undefined && !run.time.over && hasRunOut(answer);
      this.#gone = !answer.ok || this.#isOutlived;
      if (this.#isOutlived) outlive();
      if (this.#gone) fail();
      return answer;
    });
    // end() awaits it, and sees its rejection; until then it must not count as unhandled.
    this.#running.catch(() => undefined);
  }

  /** It ended by itself. */
  get gone(): boolean {
    return this.#gone;
  }

  /** It ended by itself, without an error: requests that it did not answer are not lost. */
  get isOutlived(): boolean {
    return this.#isOutlived;
  }

  /**
   * Ends the worker, waits for its result, and makes its checks. Later calls do nothing.
   *
   * @param how `by_frame`: sends it a `finish` frame. `already_sent`: such a frame was sent before. `by_force`: frames
   *   do not reach it
   */
  async end(how: 'by_frame' | 'already_sent' | 'by_force'): Promise<void> {
    const running = this.#running;
    const { outcome, plan, target, time } = this.#run;
    if (running === undefined) return;
    this.#running = undefined;
    this.#run.say('the worker function to exit');
    if (!this.#gone && how !== 'already_sent') {
      const answer = how === 'by_frame' && !time.over ? await this.#run.invoke('publisher', plan.finish) : undefined;
      if (answer?.ok) outcome.requests.push(answer.result as RequestResult);
      // Otherwise it would run until its deadline.
      else await target.stop();
    }
    const answer = await running;
    if (answer.ok) {
      outcome.worker = answer.result as WorkerRunResult;
      outcome.workerMs = answer.ms;
      if (this.#isOutlived) this.#run.checks.add(workerFunction, outlivedFinding, answer.ms);
    } else this.#run.failed(workerFunction, answer);
    await makeChecks(this.#run, 'worker');
  }
}
