import { noWaits, sumOf } from '../../aws/invoke-once.js';
import type { InvokePort } from '../../aws/port.js';
import type { FunctionName } from '../../lambda/functions.js';
import { pass, warn } from '../checks/check.js';
import { otherGroupsDenied } from '../checks/denied-reads.js';
import { invocableFinding } from '../checks/functions-invocable.js';
import { preparation } from '../checks/preparation.js';
import { stackChecks } from '../checks/stack.js';
import { isUnreachable } from '../failure.js';
import type { SanityOptions } from '../options.js';
import type { StackFacts } from '../stack/outputs.js';
import { blockRest } from '../steps/make-checks.js';
import { emptyOutcome, type RunOutcome } from '../steps/outcome.js';
import { runPlan } from '../steps/run-plan.js';
import type { LongestTime } from '../steps/run-time.js';
import { StackTarget } from '../targets/stack.js';
import type { RunRecord } from './record.js';

export interface FunctionRunOptions extends SanityOptions {
  /** Functions have a time-out of their own. */
  readonly longest: LongestTime;
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
  readonly onLog: (name: FunctionName, line: string) => void;
  /** Receives what the user should know before the end. @default none */
  readonly onNotice?: ((sentence: string) => void) | undefined;
  /** Ends the work of the functions, where that is possible. @default each works until its own deadline */
  readonly stop?: (() => Promise<void>) | undefined;
  /** Every policy is in effect from the start. @default false: AWS needs a while to apply a new one */
  readonly rightsInForce?: boolean;
  /** Receives the functions that keep working after the signal, where they cannot be ended. */
  readonly onLeft?: ((sentence: string) => void) | undefined;
}

/** A run against the functions of a deployed stack: first whether they may be invoked, then the plan. */
export async function runFunctions(
  run: RunRecord,
  aws: InvokePort,
  facts: Pick<StackFacts, 'functions' | 'mayPlant'>,
  options: FunctionRunOptions,
): Promise<RunOutcome> {
  const { checks, runId } = run;
  const { signal, onProgress, onNotice, onLog, stop, longest } = options;
  onProgress('Lambda to confirm that the functions may be invoked');
  const asked = noWaits();
  const { ms, ...invocable } = await invocableFinding(aws, facts, asked, signal);
  checks.add(stackChecks.invocable, invocable, ms);
  if (checks.failed !== undefined) {
    blockRest(checks);
    return { ...emptyOutcome(), unreachable: isUnreachable(checks.failed) };
  }
  checks.add(preparation.foreign_groups, otherGroupsDenied);
  const target = new StackTarget({
    aws,
    functions: facts.functions,
    mayPlant: facts.mayPlant,
    signal,
    rightsInForce: options.rightsInForce ?? false,
    stop,
    onLog,
    onWait: (name, why) => onProgress(`function ${name} to be ready (${why})`),
  });
  // At the moment of the signal: the target forgets its invocations soon after.
  const reportLeft = (): void => {
    const left = leftWorking(target.atWork());
    if (left !== undefined) options.onLeft?.(left);
  };
  if (stop === undefined) signal.addEventListener('abort', reportLeft, { once: true });
  const outcome = await runPlan({ runId, target, options, checks, signal, onProgress, onNotice, longest }).finally(() =>
    signal.removeEventListener('abort', reportLeft),
  );
  const waits = sumOf(asked, target.waits);
  const waited =
    waits.count === 0
      ? pass('none was delayed')
      : warn(
          `${waits.count} attempts were delayed, ${(waits.ms / 1000).toFixed(1)} s in total: ${[...waits.reasons].join(', ')}`,
          'Throttled: check the concurrency of the account and of the functions. Pending or Inactive: the first invocation after some weeks takes longer.',
        );
  checks.add(stackChecks.waits, waited, waits.ms);
  return outcome;
}

function leftWorking(until: ReadonlyMap<FunctionName, Date>): string | undefined {
  if (until.size === 0) return undefined;
  const each = [...until].map(([name, at]) => `${name} (until ${at.toISOString().slice(11, 19)} UTC at the latest)`);
  return `Still running in AWS; this command cannot stop them: ${each.join(', ')}.`;
}
