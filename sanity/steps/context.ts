import type { RequestResult } from '../../lambda/publishing/request-run.js';
import type { FunctionName } from '../../lambda/functions.js';
import type { CheckHead, CheckList } from '../check-list.js';
import { failureOf } from '../answer-failure.js';
import type { RunResults } from '../ledger.js';
import type { SanityOptions } from '../options.js';
import type { missing_right } from '../report.js';
import { plan, type Plan } from '../plan.js';
import type { Target, TargetAnswer } from '../target.js';

/** What a run has found out; the report is made of it. */
export interface RunOutcome extends RunResults {
  readonly checks: CheckList;
  /** Process ids, by function. */
  readonly processes: Map<FunctionName, Set<number>>;
  /** No broker answered as Kafka does: nothing can be said about it. */
  unreachable: boolean;
  /** Rights that are missing; undefined until somebody asks. */
  client_cause: missing_right[] | undefined;
  cold: RequestResult | undefined;
  warm: RequestResult | undefined;
}

/** Of a run that has found out nothing yet. */
export function emptyOutcome(checks: CheckList): RunOutcome {
  return {
    checks,
    processes: new Map(),
    unreachable: false,
    requests: [],
    publishes: [],
    collects: [],
    worker: undefined,
    client_cause: undefined,
    cold: undefined,
    warm: undefined,
  };
}

export interface RunParts {
  readonly runId: string;
  readonly target: Target;
  readonly options: SanityOptions;
  readonly checks: CheckList;
  readonly signal: AbortSignal;
  /** Told what is waited for. */
  readonly onProgress: (sentence: string) => void;
}

/** Left for the functions to end in after their work. */
const SLACK_MS = 5_000;

/** What the steps of a run share. */
export class RunContext {
  readonly plan: Plan;
  readonly checks: CheckList;
  readonly target: Target;
  readonly options: SanityOptions;
  readonly outcome: RunOutcome;
  readonly #parts: RunParts;
  #endsAt: number;

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.plan = plan(parts.runId, parts.options);
    this.checks = parts.checks;
    this.target = parts.target;
    this.options = parts.options;
    this.outcome = emptyOutcome(parts.checks);
    this.#endsAt = performance.now() + parts.options.timeoutMs;
  }

  say(sentence: string): void {
    this.#parts.onProgress(sentence);
  }

  /** Invokes a function within what is left of the run's time. */
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
   * Invokes a request step and keeps its result; its failure goes to the check.
   *
   * @param more.unless what makes the answer not worth waiting for; whoever gives it tells the cause
   */
  async request(
    event: object,
    head: CheckHead,
    more: { fresh?: boolean; unless?: Promise<unknown> } = {},
  ): Promise<{ result: RequestResult; ms: number; cold: boolean } | undefined> {
    const { unless, ...options } = more;
    const answering = this.invoke('publisher', event, options);
    const answer = await (unless === undefined ? answering : Promise.race([answering, unless.then(() => undefined)]));
    if (answer === undefined) {
      // The function goes on to its own deadline; nobody is there to hear of it.
      answering.catch(() => undefined);
      return undefined;
    }
    if (!answer.ok) {
      this.checks.fail(head, answer.ms, failureOf(answer));
      return undefined;
    }
    const result = answer.result as RequestResult & { process?: { cold?: boolean } };
    this.outcome.requests.push(result);
    return { result, ms: answer.ms, cold: result.process?.cold === true };
  }
}
