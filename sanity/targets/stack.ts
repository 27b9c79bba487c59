import type { FunctionName } from '../../lambda/functions.js';
import { Deadline } from '../../src/base/deadline.js';
import { awsDetails, isAwsError } from '../../aws/error.js';
import { functionErrorOf } from '../../aws/function-error.js';
import { invokeOnce, noWaits, sumOf, type Waits } from '../../aws/invoke-once.js';
import type { InvokeAnswer, InvokePort } from '../../aws/port.js';
import { failureOf, type Failure } from '../failure.js';
import type { InvokeOptions, Target, TargetAnswer } from './target.js';

/** A deployed function. */
export interface StackFunctionFacts {
  /** Name or ARN. */
  readonly name: string;
  /** Its log group: read where an answer has no log. @default none */
  readonly logGroup?: string | undefined;
  /** Its role: named when it lacks a right. @default none */
  readonly role?: string | undefined;
  /** Lambda ends it after this time. */
  readonly timeoutMs: number;
}

export interface StackTargetOptions {
  readonly aws: InvokePort;
  readonly functions: Readonly<Record<FunctionName, StackFunctionFacts>>;
  readonly mayPlant: Target['mayPlant'];
  /** Every policy is in effect from the start. @default false: AWS needs a while to apply a new one */
  readonly rightsInForce?: boolean;
  readonly signal: AbortSignal;
  /** Asks working functions to end. @default none: each ends at the deadline in its event */
  readonly stop?: (() => Promise<void>) | undefined;
  /** Receives each delayed invocation, and why. */
  readonly onWait?: (name: FunctionName, why: string) => void;
  /** Receives the log lines that come with an answer. */
  readonly onLog?: (name: FunctionName, line: string) => void;
}

/** Added to a function's time: its code may take 10 s to load, and the answer must be transferred. */
const GRACE_MS = 15_000;
/** For one invocation to wait until its function is ready, with a margin. */
const WAITING_MS = 125_000;
const LOGS_MS = 5_000;
const LOG_LINES = 50;

/**
 * The three deployed functions, through Lambda's Invoke. Needs neither files nor processes: the same code runs in the
 * function of scheduled runs.
 */
export class StackTarget implements Target {
  readonly kind = 'stack';
  readonly clocks = 'several';
  readonly canBeDenied = true;
  readonly rightsInForce: boolean;
  readonly roles: NonNullable<Target['roles']>;
  readonly mayPlant: Target['mayPlant'];
  #waits: Waits = noWaits();
  /** Invocations that have no answer yet. */
  readonly #underWay = new Set<{ readonly name: FunctionName; until: Date }>();
  readonly #options: StackTargetOptions;

  constructor(options: StackTargetOptions) {
    this.#options = options;
    this.mayPlant = options.mayPlant;
    this.rightsInForce = options.rightsInForce ?? false;
    const roles = Object.entries(options.functions).flatMap(([name, { role }]) =>
      role === undefined ? [] : [[name, role]],
    );
    this.roles = Object.fromEntries(roles) as NonNullable<Target['roles']>;
  }

  /** Delayed invocations, so far. */
  get waits(): Waits {
    return this.#waits;
  }

  async invoke(name: FunctionName, event: object, { timeoutMs, fresh = false }: InvokeOptions): Promise<TargetAnswer> {
    const facts = this.#options.functions[name];
    const ms = Math.floor(Math.min(timeoutMs, facts.timeoutMs));
    const occupied = fresh ? this.#occupy(name) : undefined;
    const since = new Date();
    const startedAt = performance.now();
    const waits = noWaits();
    try {
      // Lambda's time-out is that of the function; the time limit of this invocation is in its event.
      const answer = await this.#invoke(name, { ...event, time_ms: ms }, ms, waits);
      await occupied;
      return await this.#read(name, answer, { since, ms: performance.now() - startedAt, waitedMs: waits.ms });
    } catch (error) {
      if (!isAwsError(error)) throw error;
      const timedOut = error.code === 'deadline_exceeded';
      return {
        ok: false,
        error: { errorType: awsDetails(error)?.aws_error ?? error.code, errorMessage: error.raw_message },
        timedOut,
        failure: timedOut ? unanswered(ms, facts) : failureOf(error),
        ms: Math.round(performance.now() - startedAt),
        waitedMs: waits.ms,
        log: timedOut ? await this.#logOf(name, since) : [],
      };
    } finally {
      this.#waits = sumOf(this.#waits, waits);
    }
  }

  /** The functions that are working now, each with the time at which its last invocation ends at the latest. */
  atWork(): ReadonlyMap<FunctionName, Date> {
    const last = new Map<FunctionName, Date>();
    for (const { name, until } of this.#underWay) {
      const known = last.get(name);
      if (known === undefined || known < until) last.set(name, until);
    }
    return last;
  }

  stop(): Promise<void> {
    return this.#options.stop?.() ?? Promise.resolve();
  }

  async #invoke(name: FunctionName, event: object, ms: number, waits: Waits): Promise<InvokeAnswer> {
    const { aws, functions, signal, onWait } = this.#options;
    const mine = { name, until: new Date() };
    const attempt = (): Deadline => {
      mine.until = new Date(Date.now() + ms + GRACE_MS);
      return new Deadline(ms + GRACE_MS, signal);
    };
    this.#underWay.add(mine);
    return invokeOnce(
      aws,
      { functionName: functions[name].name, payload: JSON.stringify(event) },
      { waiting: new Deadline(WAITING_MS, signal), attempt },
      waits,
      (why) => onWait?.(name, why),
    ).finally(() => this.#underWay.delete(mine));
  }

  /**
   * Keeps the idle process busy, so that Lambda starts another one for the next invocation. It may fail: the answer says
   * whether it came from a new process.
   */
  async #occupy(name: FunctionName): Promise<void> {
    if (name !== 'publisher') return;
    const waits = noWaits();
    await this.#invoke(name, { action: 'positions' }, GRACE_MS, waits).catch(() => undefined);
    this.#waits = sumOf(this.#waits, waits);
  }

  async #read(
    name: FunctionName,
    { payload, functionError, log }: InvokeAnswer,
    { since, ms, waitedMs }: { since: Date; ms: number; waitedMs: number },
  ): Promise<TargetAnswer> {
    for (const line of log) this.#options.onLog?.(name, line);
    const common = { ms: Math.round(ms), waitedMs };
    if (functionError === undefined) return { ok: true, result: JSON.parse(payload) as unknown, log, ...common };
    const { timedOut, ...error } = functionErrorOf(payload, functionError);
    return { ok: false, error, timedOut, log: log.length > 0 ? log : await this.#logOf(name, since), ...common };
  }

  /** The function's log since then, or one line that says why it cannot be read. */
  async #logOf(name: FunctionName, since: Date): Promise<readonly string[]> {
    const { aws, functions, signal } = this.#options;
    const { logGroup } = functions[name];
    if (logGroup === undefined) return [];
    try {
      return await aws.logLines({ logGroup, since, limit: LOG_LINES }, new Deadline(LOGS_MS, signal));
    } catch (error) {
      if (!isAwsError(error)) throw error;
      const { evidence, hint } = failureOf(error);
      return [`(its log could not be read: ${evidence}; ${hint})`];
    }
  }
}

function unanswered(ms: number, { timeoutMs }: StackFunctionFacts): Failure {
  return {
    code: 'function_unanswered',
    evidence: `no answer ${GRACE_MS / 1000} s after its time limit of ${ms / 1000} s; Lambda ends it after ${timeoutMs / 1000} s`,
    hint: 'A firewall or proxy on the way to Lambda may drop connections that are idle for long, or Lambda has a fault.',
  };
}
