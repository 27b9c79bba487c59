import { join } from 'node:path';
import type { Command } from 'commander';
import { awsFailure } from '../../sanity/aws/failures.js';
import { AwsError } from '../../sanity/aws/port.js';
import { connectAws } from '../../sanity/aws/sdk.js';
import { readStack } from '../../sanity/stack/read-stack.js';
import type { StackFacts } from '../../sanity/stack/outputs.js';
import type { Failure } from '../../sanity/failure.js';
import { applyPush, describePlan, planPush, type FunctionEvents } from '../../aws/test-events/push.js';
import { readEvents } from '../../aws/test-events/read-events.js';
import { sdkRegistry } from '../../aws/test-events/registry.js';
import { projectFile } from '../../local/os/project-files.js';
import { functionDescriptors, functionNames } from '../../lambda/functions.js';
import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error, type pubsub_error_code } from '../../src/index.js';
import { action, printError, printNotice, type ExitCode } from '../action.js';

interface PushFlags {
  stack: string;
  region?: string;
  profile?: string;
  dryRun?: true;
}

const TIMEOUT_MS = 60_000;
const CREDENTIALS_MS = 4_000;

/** `easy-pubsub events push --stack NAME`: the test events, in the Lambda console. */
export function eventsCommand(program: Command): void {
  program
    .command('events')
    .description('the test events of events/')
    .command('push')
    .description('write them as shareable test events of the deployed functions: exit code 0 done, 1 not, 2 not begun')
    .requiredOption('--stack <name>', 'the CloudFormation stack')
    .option('--region <region>', 'where it is (AWS_REGION, or that of the profile)')
    .option('--profile <name>', 'whose AWS credentials (AWS_PROFILE)')
    .option('--dry-run', 'say what would change, and change nothing')
    .action(action(push));
}

async function push(signal: AbortSignal, { stack, region, profile, dryRun }: PushFlags): Promise<ExitCode> {
  const within = new Deadline(TIMEOUT_MS, signal);
  const { facts, where } = await functionsOf(stack, { region, profile }, signal);
  const wanted = await eventsOf(facts);
  const settings = { region: where, maxAttempts: 2, ...(profile === undefined ? {} : { profile }) };
  const registry = await sdkRegistry(settings, within);
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
    process.stderr.write('  What was written before that stays; the same command does the rest.\n');
    return 1;
  }
}

async function functionsOf(
  name: string,
  options: { region: string | undefined; profile: string | undefined },
  signal: AbortSignal,
): Promise<{ facts: StackFacts; where: string }> {
  try {
    const aws = await connectAws({ ...options, onNotice: printNotice });
    try {
      await aws.credentials(new Deadline(CREDENTIALS_MS, signal));
      const stack = await readStack(aws, name, signal);
      if ('code' in stack) throw refusal(stack, 'aws_refused');
      return { facts: stack.facts, where: aws.region };
    } finally {
      aws.close();
    }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const failure = awsFailure(error);
    throw refusal(failure, failure.code as pubsub_error_code);
  }
}

function refusal({ evidence, hint }: Failure, code: pubsub_error_code): pubsub_error {
  return new pubsub_error(code, 'aws', evidence, { hint });
}

async function eventsOf({ functions }: StackFacts): Promise<FunctionEvents[]> {
  const root = projectFile('events');
  if (root === undefined) throw new pubsub_error('internal', 'aws', 'events/ is missing from this package');
  return Promise.all(
    functionNames.map(async (name) => ({
      functionName: functions[name].name,
      events: await readEvents(join(root, functionDescriptors[name].events)),
    })),
  );
}
