import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { FunctionName } from '../../lambda/functions.js';
import { unlessAborted } from '../../src/base/abort.js';
import type { CheckCode } from '../causes.js';
import { failed, type CheckHead } from '../checks/check.js';
import type { CheckResults } from '../checks/results.js';
import { answerFailure, type Failure } from '../failure.js';
import { timeUp } from '../checks/time-up.js';
import type { SanityOptions } from '../options.js';
import type { Target, TargetAnswer } from '../targets/target.js';
import { emptyOutcome, type Membership, type RunOutcome } from './outcome.js';
import { joinsGroup, plan, type Plan } from './plan.js';
import { CLOSING_MS, LEAST_WORK_MS, RunTime, type LongestTime } from './run-time.js';

export interface RunParts {
  readonly runId: string;
  readonly target: Target;
  readonly options: SanityOptions;
  readonly checks: CheckResults;
  readonly signal: AbortSignal;
  /** Receives what the run waits for. */
  readonly onProgress: (sentence: string) => void;
  /** Receives what the user should know before the end. @default none */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  /** Called before anything is written to the topics, when a broker was reached; adds what it finds to the checks. */
  readonly beforeWriting?: (() => Promise<void>) | undefined;
  /** When the time of the run began, as `performance.now()`. @default now */
  readonly startedAt?: number | undefined;
  /** @default that of a run on this machine */
  readonly longest?: LongestTime | undefined;
}

/** `limitMs`: the time that the function was given. */
export type RunAnswer = TargetAnswer & { readonly limitMs: number };
type FailedRunAnswer = RunAnswer & { readonly ok: false };

/** A function that had this much time and did not succeed has failed, whatever the time limit of the run is. */
const FAIR_MS = 20_000;
/** Errors that mean nothing more than that the time was over. */
const timeErrors: ReadonlySet<CheckCode> = new Set<CheckCode>([
  'deadline_exceeded',
  'connection_timeout',
  'function_timed_out',
  'function_unanswered',
]);

/** What the steps and the checks of a run share. */
export class RunContext {
  readonly plan: Plan;
  readonly checks: CheckResults;
  readonly target: Target;
  readonly options: SanityOptions;
  readonly outcome: RunOutcome = emptyOutcome();
  readonly time: RunTime;
  readonly #parts: RunParts;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.plan = plan(parts.runId, parts.options);
    this.checks = parts.checks;
    this.target = parts.target;
    this.options = parts.options;
    this.time = new RunTime(parts.options.timeoutMs, parts.startedAt, parts.longest);
  }

  /** @param what continues "waiting for …" */
  say(what: string): void {
    this.#parts.onProgress(what);
  }

  notice = (sentence: string): void => this.#parts.onNotice?.(sentence);

  /**
   * Invokes a function within the time that the run has left.
   *
   * @param more.workMs less time for its work than that
   */
  async invoke(
    name: FunctionName,
    event: object,
    { workMs = this.time.leftMs, ...more }: { fresh?: boolean; workMs?: number } = {},
  ): Promise<RunAnswer> {
    this.#parts.signal.throwIfAborted();
    const timeoutMs = Math.max(LEAST_WORK_MS, Math.min(workMs, this.time.leftMs)) + CLOSING_MS;
    const ended = joinsGroup(name, event) ? this.#joined(name) : undefined;
    // Whoever stops the run then ends the functions, which may have work for minutes.
    const answer = await unlessAborted(this.target.invoke(name, event, { timeoutMs, ...more }), this.#parts.signal);
    ended?.(answer.ok ? 'returned' : 'failed');
    this.time.extend(answer.waitedMs ?? 0);
    const pid = answer.ok ? (answer.result as { process?: { pid?: number } }).process?.pid : undefined;
    if (pid !== undefined) this.outcome.processes.set(name, (this.outcome.processes.get(name) ?? new Set()).add(pid));
    return { ...answer, limitMs: timeoutMs };
  }

  /** Records a member of a group. @returns records its end */
  #joined(name: FunctionName): (state: Membership['state']) => void {
    const { outcome } = this;
    const running: Membership = { name, state: 'running' };
    outcome.memberships.push(running);
    return (state) => {
      outcome.memberships = [...outcome.memberships.filter((one) => one !== running), { name, state }];
    };
  }

  /** The answer of a function that failed, as the result of a check. */
  failed(check: CheckHead, answer: FailedRunAnswer, failure: Failure = answerFailure(answer)): void {
    const finding = this.isTimeUp(answer, failure) ? timeUp(this.time, failure.evidence) : failed(failure);
    this.checks.add(check, finding, answer.ms);
  }

  /** Too little time is not a failure. */
  isTimeUp({ ms, limitMs }: FailedRunAnswer, { code }: Failure): boolean {
    return timeErrors.has(code) && limitMs < FAIR_MS && ms >= limitMs - CLOSING_MS - LEAST_WORK_MS / 2;
  }

  /** Whether there is time for a step; if not, its first check says so. */
  hasTimeFor(check: CheckHead): boolean {
    if (!this.time.over) return true;
    this.checks.add(check, timeUp(this.time, 'none was left for this check'));
    return false;
  }

  /**
   * Invokes the publisher function with requests and keeps its result. If it fails, so does the check.
   *
   * @param more.unless resolves when the answer is no longer needed; whatever resolves it reports the cause
   */
  request(
    event: object,
    check: CheckHead,
    { unless, ...options }: { fresh?: boolean; workMs?: number; unless?: Promise<unknown> } = {},
  ): Promise<RequestAnswer | undefined> {
    return this.received(this.invoke('publisher', event, options), check, unless);
  }

  /** The same for an invocation that was started before. */
  async received(
    answering: Promise<RunAnswer>,
    check: CheckHead,
    unless?: Promise<unknown>,
  ): Promise<RequestAnswer | undefined> {
    const answer = await (unless === undefined ? answering : Promise.race([answering, unless.then(() => undefined)]));
    if (answer === undefined) {
      // The function runs on until its own deadline; its answer is no longer used.
      answering.catch(() => undefined);
      return undefined;
    }
    if (!answer.ok) {
      this.failed(check, answer);
      return undefined;
    }
    const result = answer.result as RequestResult & { process?: { cold?: boolean } };
    this.outcome.requests.push(result);
    return { result, ms: answer.ms, cold: result.process?.cold === true };
  }
}

interface RequestAnswer {
  readonly result: RequestResult;
  readonly ms: number;
  /** Whether it came from a fresh process. */
  readonly cold: boolean;
}
