import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { WorkerRunResult } from '../../lambda/working/worker-run.js';
import { workerFunction } from '../checks/worker-function.js';
import type { RunAnswer, RunContext } from './context.js';
import { makeChecks } from './make-checks.js';
import type { RunStart } from './plan.js';

/** The worker function runs in the background, until the run ends it. */
export class WorkerLife {
  readonly #run: RunContext;
  /** Resolves when the function fails before it was asked to end; otherwise never. */
  readonly failed: Promise<void>;
  #running: Promise<RunAnswer> | undefined;
  #gone = false;

  constructor(run: RunContext, start: RunStart) {
    this.#run = run;
    let fail: () => void = () => undefined;
    this.failed = new Promise((resolve) => (fail = resolve));
    this.#running = run.invoke('worker', run.plan.worker(start)).then((answer) => {
      this.#gone = !answer.ok;
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
    } else this.#run.failed(workerFunction, answer);
    await makeChecks(this.#run, 'worker');
  }
}
