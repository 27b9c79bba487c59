import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { functionNames, type FunctionName } from '../../lambda/functions.js';
import {
  clientOf,
  functionAsset,
  FunctionProcess,
  functionVariables,
  givenVariables,
  sharedVariables,
} from '../../local/functions/index.js';
import { keptKafka } from '../../local/kafka/index.js';
import { ensureTopics } from '../../sanity/targets/topics.js';
import { Deadline } from '../../src/base/deadline.js';
import { config, pubsub_error } from '../../src/index.js';
import { action, type ExitCode } from '../action.js';
import { between, list } from '../arguments.js';

interface InvokeFlags {
  event: string;
  timeout: number;
  memory: number;
}

/** Errors of the handlers before any connection: exit code 2, as for invalid arguments. */
const nothingStarted = /^\[(event_invalid|config_invalid)\]/;

/** `easy-pubsub invoke worker --event FILE`: runs one handler as Lambda would. */
export function invokeCommand(program: Command): void {
  program
    .command('invoke')
    .description('run one function with one event in a separate process, as Lambda would')
    .addArgument(new Argument('<function>', 'the function to run').choices([...functionNames]))
    .requiredOption('--event <file>', 'the event, as JSON ("-": standard input)')
    .option('--timeout <seconds>', 'time-out of the function', between(1, 900), 60)
    .option('--memory <MB>', 'memory of the function', between(128, 10_240), 512)
    .addHelpText(
      'after',
      '\nResult: JSON on stdout, logs on stderr. Exit code 0 ok, 1 the handler failed or timed out, 2 nothing was started.',
    )
    .action(action(invoke));
}

async function invoke(signal: AbortSignal, name: FunctionName, flags: InvokeFlags): Promise<ExitCode> {
  const event = await readEvent(flags.event);
  const variables = await variablesOf(name, signal);
  const given = await givenVariables(variables, signal);
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-invoke-'));
  const running = new FunctionProcess({
    name,
    asset: await functionAsset(name, folder, clientOf(variables)),
    memoryMb: flags.memory,
    variables,
    given,
    onLog: (line) => process.stderr.write(`${line}\n`),
  });
  const onAbort = (): void => void running.stop().catch(() => undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const answer = await running.invoke(event, flags.timeout * 1000);
    signal.throwIfAborted();
    process.stdout.write(`${JSON.stringify(answer.ok ? answer.result : answer.error, null, 2)}\n`);
    if (answer.ok) return 0;
    return nothingStarted.test(answer.error.errorMessage) ? 2 : 1;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function readEvent(file: string): Promise<object> {
  let text: string;
  try {
    text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new pubsub_error('argument_invalid', 'event', `--event names ${file}, which cannot be read (${code})`);
  }
  try {
    const event = JSON.parse(text) as unknown;
    if (typeof event === 'object' && event !== null) return event;
    throw new Error('it is not an object');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new pubsub_error('event_invalid', 'event', `${file} is not a JSON object: ${reason}`, {
      hint: 'events/ has one for every case.',
    });
  }
}

/** Uses named brokers, or the broker that `kafka up` keeps. Never starts one. */
async function variablesOf(name: FunctionName, signal: AbortSignal): Promise<Record<string, string>> {
  const named = list(process.env['PUBSUB_BROKERS'] ?? '');
  if (named.length > 0) return functionVariables(name, sharedVariables(process.env, named));
  const kept = await keptKafka();
  if (kept?.answers !== true) {
    throw new pubsub_error('kafka_unavailable', 'local_kafka', 'no Kafka broker is available', {
      hint: 'Start one with `easy-pubsub kafka up`, or name one: PUBSUB_BROKERS=host:9092',
    });
  }
  const shared = sharedVariables(process.env, kept.brokers);
  // The broker belongs to this project, so the topics may be created; the function itself reports problems of the
  // settings.
  const settings = settingsOf(shared);
  if (settings !== undefined) await ensureTopics(settings, 1, new Deadline(15_000, signal));
  return functionVariables(name, shared);
}

function settingsOf(variables: Record<string, string>): config | undefined {
  try {
    return config.from_env({ ...process.env, ...variables });
  } catch {
    return undefined;
  }
}
