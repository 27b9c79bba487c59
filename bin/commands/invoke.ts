import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { Argument, type Command } from 'commander';
import { NO_WORKER_ANSWERED } from '../../lambda/names/no-worker-answered.js';
import type { RequestResult } from '../../lambda/publishing/request-run.js';
import { functionNames, type FunctionName } from '../../lambda/functions.js';
import {
  clientOf,
  functionAsset,
  FunctionProcess,
  localVariables,
  givenVariables,
  localGroupPrefix,
  sanityTopics,
  sharedVariables,
  topicsOfRun,
  unusedVariables,
  type Invocation,
} from '../../local/functions/index.js';
import { keptKafka } from '../../local/kafka/index.js';
import { readLogEnds } from '../../src/kafka/admin/log-ranges.js';
import { describeGroup } from '../../src/kafka/admin/groups.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { ensureTopics } from '../../sanity/targets/topics.js';
import { Deadline } from '../../src/base/deadline.js';
import { systemCode } from '../../src/base/thrown.js';
import { config, pubsub_error } from '../../src/index.js';
import { action, printNotice, type ExitCode } from '../action.js';
import { between, list, topicName } from '../arguments.js';

interface InvokeFlags {
  event: string;
  workerTopic: string;
  replyTopic: string;
  withWorker?: true;
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
    .option('--worker-topic <name>', 'the topic for requests', topicName, sanityTopics.worker)
    .option('--reply-topic <name>', 'the topic for replies', topicName, sanityTopics.reply_to)
    .option('--with-worker', 'for the publisher function: also run a worker function that answers its requests')
    .option('--timeout <seconds>', 'time-out of the function', between(1, 900), 60)
    .option('--memory <MB>', 'memory of the function', between(128, 10_240), 512)
    .addHelpText('after', ({ command }) => `\n${wrapped(command, RESULT)}`)
    .action(action(invoke));
}

const RESULT =
  'Result: JSON on stdout, logs on stderr. Exit code 0: ok. 1: the handler failed or timed out, or none of its requests was answered. 2: nothing was started.';

/** Broken at words, as wide as the other parts of a help. */
function wrapped(command: Command, text: string): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: command.configureOutput().getOutHelpWidth?.() ?? 80 });
  return help.boxWrap(text, help.helpWidth ?? 80);
}

async function invoke(signal: AbortSignal, name: FunctionName, flags: InvokeFlags): Promise<ExitCode> {
  const event = await readEvent(flags.event);
  const asked = requestIn(name, event);
  if (flags.withWorker === true && asked === undefined) {
    throw new pubsub_error(
      'argument_invalid',
      'config',
      '--with-worker is for the publisher function, with a request',
      {
        hint: 'Its event has "action": "request" and a run_id, as in events/publisher/request-echo.json.',
      },
    );
  }
  const shared = await variablesOf(flags, signal);
  const given = await givenVariables(shared, signal);
  const folder = await mkdtemp(join(tmpdir(), 'easy-pubsub-invoke-'));
  const processOf = async (of: FunctionName, prefix = ''): Promise<FunctionProcess> => {
    const variables = localVariables(of, shared);
    return new FunctionProcess({
      name: of,
      asset: await functionAsset(of, folder, clientOf(variables)),
      memoryMb: flags.memory,
      variables,
      given,
      onLog: (line) => process.stderr.write(`${prefix}${line}\n`),
    });
  };
  const running: FunctionProcess[] = [];
  let isStartShown = false;
  const stop = (): Promise<unknown> => Promise.all(running.map((one) => one.stop()));
  const onAbort = (): void => void stop().catch(() => undefined);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const invoked = await processOf(name);
    running.push(invoked);
    if (flags.withWorker === true && asked !== undefined) {
      const worker = await processOf('worker', 'worker: ');
      running.unshift(worker);
      const from = await endsOf(shared, new Deadline(ADMIN_MS, signal));
      worker.invoke({ run_id: asked.runId, from, idle_ms: MOST_MS }, MOST_MS).catch(() => undefined);
    } else if (asked !== undefined && !(await hasWorker(shared, asked.runId, signal))) {
      isStartShown = true;
      printNotice(`No worker function is running for run ${asked.runId} yet.\n${waysToStart(asked.runId, flags)}`);
    }
    const answer = await invoked.invoke(event, flags.timeout * 1000);
    signal.throwIfAborted();
    process.stdout.write(`${JSON.stringify(answer.ok ? answer.result : answer.error, null, 2)}\n`);
    const missing = asked === undefined ? undefined : unanswered(answer);
    if (asked !== undefined && missing !== undefined) {
      if (missing === 'none') printNotice('No request could be written: send_failure says why.');
      else {
        printNotice(noAnswer(asked.runId, flags));
        if (!isStartShown && flags.withWorker !== true) printNotice(waysToStart(asked.runId, flags));
      }
      return 1;
    }
    if (answer.ok) return 0;
    return nothingStarted.test(answer.error.errorMessage) ? 2 : 1;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lambda's longest time-out. */
const MOST_MS = 900_000;
const ADMIN_MS = 15_000;

/** Where the worker starts: what was written before is not for it. */
async function endsOf(variables: Record<string, string>, deadline: Deadline): Promise<Record<string, number>> {
  const settings = config.from_env(variables);
  return Object.fromEntries(await readLogEnds(kafkaConnection(settings), settings.topics.worker, deadline));
}

/** True also if the brokers cannot say: the function itself reports why. */
async function hasWorker(variables: Record<string, string>, runId: string, signal: AbortSignal): Promise<boolean> {
  try {
    const connection = kafkaConnection(config.from_env(variables));
    const group = await describeGroup(
      connection,
      `${localGroupPrefix('worker')}-${runId}`,
      new Deadline(ADMIN_MS, signal),
    );
    return group !== undefined && group.members.length > 0;
  } catch {
    return true;
  }
}

/** The run of a request to the publisher function. */
function requestIn(name: FunctionName, event: object): { runId: string } | undefined {
  const { action, run_id: runId } = event as { action?: unknown; run_id?: unknown };
  return name === 'publisher' && action === 'request' && typeof runId === 'string' ? { runId } : undefined;
}

/** No request was answered. `some`: some were written, so that a worker could have answered. */
function unanswered(answer: Invocation): 'some' | 'none' | undefined {
  if (!answer.ok) return answer.error.errorMessage.includes(NO_WORKER_ANSWERED) ? 'some' : undefined;
  const { ledger, also } = answer.result as RequestResult;
  const ledgers = [ledger, ...also.map((part) => part.ledger)];
  const total = (key: 'sent' | 'delivered' | 'late' | 'send_failed'): number =>
    ledgers.reduce((sum, one) => sum + one[key], 0);
  if (total('sent') === 0 || total('delivered') + total('late') > 0) return undefined;
  return total('send_failed') < total('sent') ? 'some' : 'none';
}

function noAnswer(runId: string, flags: InvokeFlags): string {
  if (flags.withWorker === true)
    return `The worker function did not answer the requests of run ${runId}: its log is above.`;
  return `No request was answered: no worker function handled those of run ${runId}.`;
}

function waysToStart(runId: string, { workerTopic, replyTopic }: InvokeFlags): string {
  const others = Object.entries({ '--worker-topic': workerTopic, '--reply-topic': replyTopic })
    .filter(([, topic]) => !Object.values(sanityTopics).includes(topic))
    .map(([option, topic]) => ` ${option} ${topic}`);
  return [
    `  Start one in another terminal:\n  echo '{"run_id":"${runId}"}' | easy-pubsub invoke worker --event -${others.join('')}`,
    '  Or let this command run one: --with-worker',
  ].join('\n');
}

async function readEvent(file: string): Promise<object> {
  let text: string;
  try {
    // Not /dev/stdin, which cannot be opened if it is a socket.
    text = file === '-' ? await textOf(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    const sentence = `--event names ${file}, which cannot be read (${systemCode(error)})`;
    throw new pubsub_error('argument_invalid', 'event', sentence);
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
async function variablesOf(flags: InvokeFlags, signal: AbortSignal): Promise<Record<string, string>> {
  const topics = topicsOfRun({ worker: flags.workerTopic, reply_to: flags.replyTopic });
  const unused = unusedVariables(process.env, topics);
  if (unused.length > 0)
    printNotice(
      `Not used, because they are for your services: ${unused.join(', ')} (topics of a run: --worker-topic, --reply-topic)`,
    );
  const named = list(process.env['PUBSUB_BROKERS'] ?? '');
  if (named.length > 0) return sharedVariables(process.env, named, topics);
  const kept = await keptKafka();
  if (kept?.answers !== true) {
    throw new pubsub_error('kafka_unavailable', 'local_kafka', 'no Kafka broker is available', {
      hint: 'Start one with `easy-pubsub kafka up`, or name one: PUBSUB_BROKERS=host:9092',
    });
  }
  const shared = sharedVariables(process.env, kept.brokers, topics);
  // The broker belongs to this project, so the topics may be created; the function itself reports problems of the
  // settings.
  const settings = settingsOf(shared);
  if (settings !== undefined) await ensureTopics(settings, 1, new Deadline(15_000, signal));
  return shared;
}

function settingsOf(variables: Record<string, string>): config | undefined {
  try {
    return config.from_env(variables);
  } catch {
    return undefined;
  }
}
