import type { FunctionName } from '../../lambda/functions.js';
import { Deadline } from '../../src/base/deadline.js';
import { awsFailure } from '../aws/failures.js';
import { functionErrorOf } from '../aws/function-error.js';
import { invokeOnce, noWaits, type Waits } from '../aws/invoke-once.js';
import { AwsError, UNANSWERED, type InvokePort, type InvokeAnswer } from '../aws/port.js';
import type { InvokeOptions, Target, TargetAnswer } from '../target.js';

/** A deployed function. */
export interface StackFunctionFacts {
  /** Name or ARN. */
  readonly name: string;
  /** Its log group, for what its answers do not hold. @default none is read */
  readonly logGroup?: string | undefined;
  /** Its role: named when it lacks a right. @default none is named */
  readonly role?: string | undefined;
  /** Lambda kills it after so long. */
  readonly timeoutMs: number;
}

export interface StackTargetOptions {
  readonly aws: InvokePort;
  readonly functions: Readonly<Record<FunctionName, StackFunctionFacts>>;
  readonly mayPlant: Target['mayPlant'];
  /** Every policy is in force from the start. @default false: in AWS a new one takes a while to spread */
  readonly rightsInForce?: boolean;
  readonly signal: AbortSignal;
  /** Asks functions that are at work to end. @default nothing: each ends with the time that its event gave it */
  readonly stop?: () => Promise<void>;
  /** Told when an invocation is put off, and why. */
  readonly onWait?: (name: FunctionName, why: string) => void;
  /** Sees the lines that come back with an answer. */
  readonly onLog?: (name: FunctionName, line: string) => void;
}

/** Beyond a function's time: its code may take 10 s to load first, and the answer has a way to go. */
const GRACE_MS = 15_000;
/** The whole wait of one invocation for its function to be ready, and some. */
const WAITING_MS = 125_000;
const LOGS_MS = 5_000;
const LOG_LINES = 50;

/**
 * The three functions as they are deployed, through Lambda's Invoke. It starts nothing but them, and needs neither files
 * nor processes: the same code runs in a function that watches over a stack.
 */
export class StackTarget implements Target {
  readonly kind = 'stack';
  readonly clocks = 'several';
  readonly mayBeDenied = true;
  readonly rightsInForce: boolean;
  readonly roles: NonNullable<Target['roles']>;
  readonly mayPlant: Target['mayPlant'];
  /** Invocations that were put off, so far. */
  readonly waits: Waits = noWaits();
  /** Invocations that are under way now. */
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

  async invoke(name: FunctionName, event: object, { timeoutMs, fresh = false }: InvokeOptions): Promise<TargetAnswer> {
    const facts = this.#options.functions[name];
    const ms = Math.floor(Math.min(timeoutMs, facts.timeoutMs));
    const occupied = fresh ? this.#occupy(name) : undefined;
    const since = new Date();
    const startedAt = performance.now();
    const waits = noWaits();
    try {
      // Lambda's time-out is that of the function: how long this invocation may take goes with the event.
      const answer = await this.#invoke(name, { ...event, time_ms: ms }, ms, waits);
      await occupied;
      return await this.#read(name, answer, { since, ms: performance.now() - startedAt, waitedMs: waits.ms });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return {
        ok: false,
        error: { errorType: error.name, errorMessage: error.message },
        timedOut: error.name === UNANSWERED,
        failure: error.name === UNANSWERED ? unanswered(ms, facts) : awsFailure(error),
        ms: Math.round(performance.now() - startedAt),
        waitedMs: waits.ms,
        log: error.name === UNANSWERED ? await this.#logOf(name, since) : [],
      };
    } finally {
      this.waits.count += waits.count;
      this.waits.ms += waits.ms;
      for (const reason of waits.reasons) this.waits.reasons.add(reason);
    }
  }

  /** The functions that are at work now, each with the time when its last invocation is over, whoever waits for it. */
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
   * Keeps the process that is free busy, so that Lambda starts another for whoever comes next. Nothing rests on it: the
   * answer says whether it came from a new process.
   */
  async #occupy(name: FunctionName): Promise<void> {
    if (name !== 'publisher') return;
    await this.#invoke(name, { action: 'positions' }, GRACE_MS, noWaits()).catch(() => undefined);
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

  /** What the function has logged since then; that it cannot be read is told in its place. */
  async #logOf(name: FunctionName, since: Date): Promise<readonly string[]> {
    const { aws, functions, signal } = this.#options;
    const { logGroup } = functions[name];
    if (logGroup === undefined) return [];
    try {
      return await aws.logLines({ logGroup, since, limit: LOG_LINES }, new Deadline(LOGS_MS, signal));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { evidence, hint } = awsFailure(error);
      return [`(its log could not be read: ${evidence}; ${hint})`];
    }
  }
}

function unanswered(
  ms: number,
  { timeoutMs }: StackFunctionFacts,
): NonNullable<Extract<TargetAnswer, { ok: false }>['failure']> {
  return {
    code: 'function_unanswered',
    evidence: `no answer ${GRACE_MS / 1000} s after the ${ms / 1000} s that it was given; Lambda kills it after ${timeoutMs / 1000} s`,
    hint: 'Something between here and Lambda drops connections that are silent for long, or Lambda is not well.',
  };
}
