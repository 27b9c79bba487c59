import { isAwsError } from '../../aws/error.js';
import type { AwsPort } from '../../aws/port.js';
import { pubsub_error } from '../../src/index.js';
import { pass, warn } from '../checks/check.js';
import type { CheckResults } from '../checks/results.js';
import { stackChecks } from '../checks/stack.js';
import { failureOf, isCredentialFailure } from '../failure.js';
import type { SanityOptions } from '../options.js';
import type { SanityReport } from '../report/schema.js';
import type { StackFacts } from '../stack/outputs.js';
import { readStack, type Stack } from '../stack/read-stack.js';
import { blockRest } from '../steps/make-checks.js';
import type { RunOutcome } from '../steps/outcome.js';
import { longestTime, type LongestTime } from '../steps/run-time.js';
import type { Target } from '../targets/target.js';
import { runFunctions, type FunctionRunOptions } from './functions.js';
import { RunRecord } from './record.js';

/** What the report says about the place of the stack. */
export interface StackPlace {
  readonly target: Pick<Target, 'kind' | 'clocks'> & { readonly description: string };
  readonly kafka: string | null;
}

export interface StackRunOptions extends Omit<FunctionRunOptions, 'longest'> {
  readonly stackName: string;
  /** The region that the user named. @default none: the environment or the profile names it */
  readonly region?: string | undefined;
  /** Rejects with a `pubsub_error` of stage `aws` when there is no region or no such profile. */
  readonly connect: () => Promise<AwsPort>;
  readonly version: string;
  /** @default AWS */
  readonly place?: StackPlace;
  /** Receives the stack's name and state, before anything is run. */
  readonly onStack: (sentence: string) => void;
}

/** The part of a function's time that a run leaves for its exit. */
const RESERVE_MS = 10_000;

/**
 * A whole run against a deployed stack: reads its outputs, invokes its functions, reports. The plan, the checks and the
 * report are those of a run on a laptop.
 *
 * @throws pubsub_error only when there is nothing to report on: invalid arguments, a missing package, aborted
 */
export async function runAgainstStack(options: StackRunOptions): Promise<SanityReport> {
  const run = new RunRecord();
  const { checks } = run;
  const { signal, stackName } = options;
  let aws: AwsPort | undefined;
  let region = options.region ?? 'no region';
  let stack: Stack | undefined;
  let outcome: RunOutcome | undefined;
  // Without the time that loading the SDK takes.
  let askedAt = 0;
  try {
    options.onProgress('AWS credentials');
    aws = await options.connect();
    region = aws.region;
    askedAt = run.ms;
    await aws.credentials(signal);
    options.onProgress(`stack ${stackName} in ${region}`);
    const found = await readStack(aws, stackName, signal);
    checks.add(stackChecks.credentials, pass(`AWS in ${region} accepts them`), run.ms - askedAt);
    if ('code' in found) checks.fail(stackChecks.stack, found, run.ms - askedAt);
    else {
      stack = found;
      addState(checks, stack, run.ms - askedAt);
      const longest = longestOf(stack.facts);
      checkTime(stack.facts, longest, options);
      options.onStack(`Stack: ${stackName} (${region}): ${stack.status}`);
      outcome = await runFunctions(run, aws, stack.facts, { ...options, longest });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!isAwsError(error)) throw error;
    const failure = failureOf(error);
    checks.fail(isCredentialFailure(failure) ? stackChecks.credentials : stackChecks.stack, failure, run.ms - askedAt);
  } finally {
    aws?.close();
  }
  if (outcome === undefined) blockRest(checks);
  return run.report(
    {
      target: options.place?.target ?? {
        kind: 'stack',
        clocks: 'several',
        description: `stack ${stackName} in ${region}`,
      },
      config: configOf(stackName, region, stack),
      versions: { easy_pubsub: options.version, node: process.version, kafka: options.place?.kafka ?? null },
    },
    outcome,
  );
}

function addState(checks: CheckResults, { status }: Stack, ms: number): void {
  const evidence = `${status}; its outputs name three functions`;
  const finding = /FAILED$/.test(status)
    ? warn(evidence, 'Its last update failed: the functions may be older than your code.')
    : pass(evidence);
  checks.add(stackChecks.stack, finding, ms);
}

/** The worker function works during the whole run. */
function longestOf({ timeoutMs }: StackFacts): LongestTime {
  return { ms: Math.min(timeoutMs - RESERVE_MS, longestTime.ms), isOption: true };
}

/** @throws pubsub_error `argument_invalid` when the run would take longer than the functions may */
function checkTime({ timeoutMs }: StackFacts, { ms: most }: LongestTime, options: SanityOptions): void {
  if (options.timeoutMs <= most) return;
  throw new pubsub_error(
    'argument_invalid',
    'config',
    `--timeout ${options.timeoutMs / 1000} is longer than the time-out of this stack's functions (${timeoutMs / 1000} s)`,
    { hint: `The worker function works during the whole run: give at most ${most / 1000} s.` },
  );
}

function configOf(stackName: string, region: string, stack: Stack | undefined): SanityReport['config'] {
  if (stack === undefined) return { stack: { name: stackName, region } };
  const { functions, topics, brokers, timeoutMs } = stack.facts;
  return {
    stack: { name: stackName, region, id: stack.id, status: stack.status },
    functions: {
      ...Object.fromEntries(Object.entries(functions).map(([name, facts]) => [name, facts.name])),
      timeout_ms: timeoutMs,
    },
    topics,
    connection: { brokers },
  };
}
