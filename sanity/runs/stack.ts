import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/index.js';
import { awsFailure, isCredentialFailure } from '../aws/failures.js';
import { AwsError, type AwsPort } from '../../aws/port.js';
import type { SanityOptions } from '../options.js';
import type { sanity_report } from '../report/schema.js';
import { RunRecord } from './record.js';
import { blockRest } from '../steps/run-plan.js';
import { stackHeads } from '../stack/checks.js';
import type { StackFacts } from '../stack/outputs.js';
import { readStack, type Stack } from '../stack/read-stack.js';
import { runFunctions, type FunctionRunOptions } from './functions.js';
import type { RunOutcome } from '../steps/context.js';
import type { Target } from '../targets/target.js';

/** What the report says of the place that the stack is in. */
export interface StackPlace {
  readonly target: Pick<Target, 'kind' | 'clocks'> & { readonly description: string };
  readonly kafka: string | null;
}

export interface StackRunOptions extends FunctionRunOptions {
  readonly stackName: string;
  /** The region that was asked for by name. @default none: the environment or the profile says it */
  readonly region?: string | undefined;
  /** How AWS is asked; rejects with `AwsError` when no region is named. */
  readonly connect: () => Promise<AwsPort>;
  readonly version: string;
  /** @default AWS */
  readonly place?: StackPlace;
  /** Told which stack, before anything is run. */
  readonly onStack: (sentence: string) => void;
}

/** Who has no credentials is told so within five seconds. */
const CREDENTIALS_MS = 4_000;
/** Of a function's time, what a run leaves for its end. */
const RESERVE_MS = 10_000;

/**
 * A whole run against a deployed stack: reads its outputs, invokes its functions, judges. The plan, the checks and the
 * report are those of a run on a laptop.
 *
 * @throws pubsub_error only when there is nothing to report on: arguments that do not fit, a package that is missing,
 * aborted
 */
export async function runAgainstStack(options: StackRunOptions): Promise<sanity_report> {
  const run = new RunRecord();
  const { signal, stackName } = options;
  let aws: AwsPort | undefined;
  let region = options.region ?? 'no region';
  let stack: Stack | undefined;
  let outcome: RunOutcome | undefined;
  try {
    options.onProgress('AWS credentials');
    aws = await options.connect();
    region = aws.region;
    await aws.credentials(new Deadline(CREDENTIALS_MS, signal));
    options.onProgress(`stack ${stackName} in ${region}`);
    const found = await readStack(aws, stackName, signal);
    run.checks.pass(stackHeads.credentials, run.ms, `AWS in ${region} accepts them`);
    if ('code' in found) run.checks.fail(stackHeads.stack, run.ms, found);
    else {
      stack = found;
      noteState(run, stack);
      fitsIn(stack.facts, options);
      options.onStack(`Stack: ${stackName} (${region}): ${stack.status}`);
      outcome = await runFunctions(run, aws, stack.facts, options);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AwsError)) throw error;
    const failure = awsFailure(error);
    run.checks.fail(isCredentialFailure(failure) ? stackHeads.credentials : stackHeads.stack, run.ms, failure);
  } finally {
    aws?.close();
  }
  if (outcome === undefined) blockRest(run.checks);
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

function noteState({ checks, ms }: RunRecord, { status }: Stack): void {
  const evidence = `${status}; its outputs name three functions`;
  if (/FAILED$/.test(status)) {
    checks.warn(stackHeads.stack, ms, evidence, 'Its last update failed: what runs may be older than you think.');
  } else checks.pass(stackHeads.stack, ms, evidence);
}

/** @throws pubsub_error `argument_invalid` when the functions may not live as long as the run */
function fitsIn({ timeoutMs }: StackFacts, options: SanityOptions): void {
  const most = timeoutMs - RESERVE_MS;
  if (options.timeoutMs <= most) return;
  throw new pubsub_error(
    'argument_invalid',
    'config',
    `--timeout ${options.timeoutMs / 1000} is longer than this stack's functions live (${timeoutMs / 1000} s)`,
    { hint: `The worker function works during the whole run: ${most / 1000} s are the most.` },
  );
}

function configOf(stackName: string, region: string, stack: Stack | undefined): sanity_report['config'] {
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
