import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { WorkerRunResult } from '../../lambda/working/worker-run.js';
import { heads } from '../check-list.js';
import { failureOf } from '../answer-failure.js';
import type { RunStart } from '../plan.js';
import type { TargetAnswer } from '../target.js';
import type { RunContext } from './context.js';

/** Step 2, and the last: the worker function works in the background, until it is told that the run is over. */
export class WorkerLife {
  readonly #context: RunContext;
  /** Resolves when it ends without having been told to, by a failure; else never. */
  readonly failed: Promise<void>;
  #running: Promise<TargetAnswer> | undefined;
  #gone = false;

  constructor(context: RunContext, start: RunStart) {
    this.#context = context;
    let fail: () => void = () => undefined;
    this.failed = new Promise((resolve) => (fail = resolve));
    this.#running = context.invoke('worker', context.plan.worker(start)).then((answer) => {
      this.#gone = !answer.ok;
      if (this.#gone) fail();
      return answer;
    });
    // Whoever awaits it sees its failure; until then nobody may.
    this.#running.catch(() => undefined);
  }

  /** It ended before it was told to. */
  get gone(): boolean {
    return this.#gone;
  }

  /**
   * Tells it that the run is over, waits for what it has to say, and judges that. Once is enough.
   *
   * @param how `by_frame`: a frame tells it, as everything that it is told. `told`: one has told it already. `by_force`:
   * frames do not reach it
   */
  async end(how: 'by_frame' | 'told' | 'by_force'): Promise<WorkerRunResult | undefined> {
    const running = this.#running;
    const { checks, outcome, plan, target } = this.#context;
    if (running === undefined) return outcome.worker;
    this.#running = undefined;
    this.#context.say('the worker function to end');
    if (!this.#gone && how !== 'told') {
      const answer = how === 'by_frame' ? await this.#context.invoke('publisher', plan.finish) : undefined;
      if (answer?.ok) outcome.requests.push(answer.result as RequestResult);
      // It would go on to its deadline.
      else await target.stop();
    }
    const answer = await running;
    if (!answer.ok) {
      checks.fail(heads.function_worker, answer.ms, failureOf(answer));
      return undefined;
    }
    outcome.worker = answer.result as WorkerRunResult;
    this.#judge(outcome.worker, answer.ms);
    return outcome.worker;
  }

  #judge({ counts, partitions, stopped_by, undeliverable, restarts }: WorkerRunResult, ms: number): void {
    const { checks } = this.#context;
    const head = heads.function_worker;
    const evidence = `handled ${counts.handled + counts.failed} frames with ${counts.replies} replies on ${partitions.length} partitions, and ended by ${stopped_by}`;
    const [first] = undeliverable;
    if (first !== undefined) {
      const facts = `${undeliverable.length} replies could not be written: ${first.message}`;
      checks.warn(head, ms, `${evidence}; ${facts}`, 'May the worker write to the reply_to topic?');
    } else if (restarts > 0) {
      const hint = 'Brokers or the network were not well meanwhile.';
      checks.warn(head, ms, `${evidence}; its consumer was replaced ${restarts} times`, hint);
    } else {
      checks.pass(head, ms, evidence);
    }
  }
}
