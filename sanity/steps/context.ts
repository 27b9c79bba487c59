import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { FunctionName } from '../../lambda/functions.js';
import type { CheckHead } from '../checks/check.js';
import type { CheckResults } from '../checks/results.js';
import { answerFailure } from '../failure.js';
import type { SanityOptions } from '../options.js';
import type { Target, TargetAnswer } from '../targets/target.js';
import { emptyOutcome, type RunOutcome } from './outcome.js';
import { plan, type Plan } from './plan.js';

export interface RunParts {
  readonly runId: string;
  readonly target: Target;
  readonly options: SanityOptions;
  readonly checks: CheckResults;
  readonly signal: AbortSignal;
  /** Receives what the run waits for. */
  readonly onProgress: (sentence: string) => void;
}

/** Time for the functions to exit in, after their work. */
const SLACK_MS = 5_000;

/** What the steps and the checks of a run share. */
export class RunContext {
  readonly plan: Plan;
  readonly checks: CheckResults;
  readonly target: Target;
  readonly options: SanityOptions;
  readonly outcome: RunOutcome = emptyOutcome();
  readonly #parts: RunParts;
  #endsAt: number;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.plan = plan(parts.runId, parts.options);
    this.checks = parts.checks;
    this.target = parts.target;
    this.options = parts.options;
    this.#endsAt = performance.now() + parts.options.timeoutMs;
  }

  /** @param what continues "waiting for …" */
  say(what: string): void {
    this.#parts.onProgress(what);
  }

  /** Invokes a function within the time that the run has left. */
  async invoke(name: FunctionName, event: object, more: { fresh?: boolean } = {}): Promise<TargetAnswer> {
    this.#parts.signal.throwIfAborted();
    const timeoutMs = Math.max(SLACK_MS + 2_000, this.#endsAt - performance.now() + SLACK_MS);
    const answer = await this.target.invoke(name, event, { timeoutMs, ...more });
    this.#endsAt += answer.waitedMs ?? 0;
    this.#parts.signal.throwIfAborted();
    const pid = answer.ok ? (answer.result as { process?: { pid?: number } }).process?.pid : undefined;
    if (pid !== undefined) this.outcome.processes.set(name, (this.outcome.processes.get(name) ?? new Set()).add(pid));
    return answer;
  }

  /**
   * Invokes the publisher function with requests and keeps its result. If it fails, so does the check.
   *
   * @param more.unless resolves when the answer is no longer needed; whatever resolves it reports the cause
   */
  async request(
    event: object,
    check: CheckHead,
    more: { fresh?: boolean; unless?: Promise<unknown> } = {},
  ): Promise<{ result: RequestResult; ms: number; cold: boolean } | undefined> {
    const { unless, ...options } = more;
    const answering = this.invoke('publisher', event, options);
    const answer = await (unless === undefined ? answering : Promise.race([answering, unless.then(() => undefined)]));
    if (answer === undefined) {
      // The function runs on until its own deadline; its answer is no longer used.
      answering.catch(() => undefined);
      return undefined;
    }
    if (!answer.ok) {
      this.checks.fail(check, answerFailure(answer), answer.ms);
      return undefined;
    }
    const result = answer.result as RequestResult & { process?: { cold?: boolean } };
    this.outcome.requests.push(result);
    return { result, ms: answer.ms, cold: result.process?.cold === true };
  }
}
