import type { FunctionName } from '../../lambda/functions.js';
import type { InvokePort } from '../aws/port.js';
import { heads } from '../check-list.js';
import { isUnreachable } from '../failure.js';
import type { SanityOptions } from '../options.js';
import type { RunRecord } from '../run-record.js';
import { blockRest, runPlan } from '../run.js';
import { emptyOutcome, type RunOutcome } from '../steps/context.js';
import { StackTarget } from '../targets/stack.js';
import { stackHeads } from './checks.js';
import { invocable } from './invocable.js';
import type { StackFacts } from './outputs.js';

export interface FunctionRunOptions extends SanityOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (sentence: string) => void;
  readonly onLog: (name: FunctionName, line: string) => void;
  /** Ends what the functions are doing, where somebody can. @default each ends with its own time */
  readonly stop?: () => Promise<void>;
  /** Every policy is in force from the start. @default false: in AWS a new one takes a while to spread */
  readonly rightsInForce?: boolean;
  /** Told what is left at work when the signal comes and nobody ends it. @default nobody is */
  readonly onLeft?: ((sentence: string) => void) | undefined;
}

function leftAtWork(until: ReadonlyMap<FunctionName, Date>): string | undefined {
  if (until.size === 0) return undefined;
  const each = [...until].map(([name, at]) => `${name} (until ${at.toISOString().slice(11, 19)} UTC at most)`);
  return `Still at work in AWS, where nobody can end ${until.size === 1 ? 'it' : 'them'}: ${each.join(', ')}.`;
}

/** A run against the functions of a stack that stands: may they be invoked? Then the plan, as everywhere. */
export async function runFunctions(
  run: RunRecord,
  aws: InvokePort,
  facts: Pick<StackFacts, 'functions' | 'mayPlant'>,
  options: FunctionRunOptions,
): Promise<RunOutcome> {
  const { checks, runId } = run;
  const { signal, onProgress, onLog } = options;
  onProgress('Lambda to say whether the functions may be invoked');
  await invocable(checks, aws, facts, signal);
  const { failed } = checks;
  if (failed !== undefined) {
    blockRest(checks);
    return { ...emptyOutcome(checks), unreachable: isUnreachable({ code: failed.code ?? '' }) };
  }
  checks.skip(heads.foreign_groups, 'not granted: the functions may look at no groups but their own');
  const target = new StackTarget({
    aws,
    functions: facts.functions,
    mayPlant: facts.mayPlant,
    signal,
    rightsInForce: options.rightsInForce ?? false,
    ...(options.stop === undefined ? {} : { stop: options.stop }),
    onLog,
    onWait: (name, why) => onProgress(`function ${name} to be ready (${why})`),
  });
  // At the very moment: soon after it nobody waits for them any more.
  const tellLeft = (): void => {
    const left = leftAtWork(target.atWork());
    if (left !== undefined) options.onLeft?.(left);
  };
  if (options.stop === undefined) signal.addEventListener('abort', tellLeft, { once: true });
  const outcome = await runPlan({ runId, target, options, checks, signal, onProgress }).finally(() =>
    signal.removeEventListener('abort', tellLeft),
  );
  const { count, ms, reasons } = target.waits;
  if (count === 0) checks.pass(stackHeads.waits, 0, 'none was put off');
  else {
    checks.warn(
      stackHeads.waits,
      ms,
      `${count} attempts were put off, ${(ms / 1000).toFixed(1)} s together: ${[...reasons].join(', ')}`,
      'Throttled: look at the account’s and the functions’ concurrency. Pending or Inactive: the first run after weeks takes longer.',
    );
  }
  return outcome;
}
