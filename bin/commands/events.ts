import { join } from 'node:path';
import type { Command } from 'commander';
import { connectAws } from '../../aws/connect.js';
import { requireSdk } from '../../aws/load-sdk.js';
import { openSession, type AwsSession } from '../../aws/session.js';
import { readStack } from '../../sanity/stack/read-stack.js';
import type { StackFacts } from '../../sanity/stack/outputs.js';
import { applyPush, describePlan, planPush, type FunctionEvents } from '../../aws/test-events/push.js';
import { readEvents } from '../../aws/test-events/read-events.js';
import { sdkRegistry } from '../../aws/test-events/registry.js';
import { packageFile } from '../../lib/package-file.js';
import { functionDescriptors, functionNames } from '../../lambda/functions.js';
import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/index.js';
import { action, printError, printNotice, type ExitCode } from '../action.js';

interface PushFlags {
  stack: string;
  region?: string;
  profile?: string;
  dryRun?: true;
}

const TIMEOUT_MS = 60_000;

/** `easy-pubsub events push --stack NAME`: writes the test events to the Lambda console. */
export function eventsCommand(program: Command): void {
  program
    .command('events')
    .description('the test events of events/')
    .command('push')
    .description(
      'write them as shareable test events of the deployed functions; exit code 0: done, 1: incomplete, 2: nothing changed',
    )
    .requiredOption('--stack <name>', 'the CloudFormation stack')
    .option('--region <region>', 'its region (default: AWS_REGION, or that of the profile)')
    .option('--profile <name>', 'the profile with AWS credentials (default: AWS_PROFILE)')
    .option('--dry-run', 'print what would change, and change nothing')
    .action(action(push));
}

async function push(signal: AbortSignal, { stack, region, profile, dryRun }: PushFlags): Promise<ExitCode> {
  const within = new Deadline(TIMEOUT_MS, signal);
  requireSdk('events');
  const session = await openSession({ region, profile, onNotice: printNotice });
  const wanted = await eventsOf(await functionsOf(stack, session, signal));
  const registry = await sdkRegistry(session, within);
  const plan = await planPush(registry, wanted);
  process.stdout.write(`${describePlan(plan)}\n`);
  if (dryRun) {
    process.stdout.write('Nothing was changed: this was a dry run.\n');
    return 0;
  }
  try {
    await applyPush(registry, plan);
    return 0;
  } catch (error) {
    signal.throwIfAborted();
    printError(error);
    process.stderr.write('  Earlier writes remain; the same command does the rest.\n');
    return 1;
  }
}

async function functionsOf(name: string, session: AwsSession, signal: AbortSignal): Promise<StackFacts> {
  const aws = await connectAws(session);
  try {
    await aws.credentials(signal);
    const stack = await readStack(aws, name, signal);
    if (!('code' in stack)) return stack.facts;
    const { code, evidence, hint } = stack;
    throw new pubsub_error('aws_refused', 'aws', evidence, { hint, details: { cause: code } });
  } finally {
    aws.close();
  }
}

async function eventsOf({ functions }: StackFacts): Promise<FunctionEvents[]> {
  const root = packageFile('events');
  if (root === undefined) throw new pubsub_error('internal', 'aws', 'events/ is missing from this package');
  return Promise.all(
    functionNames.map(async (name) => ({
      functionName: functions[name].name,
      events: await readEvents(join(root, functionDescriptors[name].events)),
    })),
  );
}
