import { spawn } from 'node:child_process';
import { InvalidArgumentError, type Command } from 'commander';
import { Deadline } from '../../src/base/deadline.js';
import { chooseKafka, endKeptKafka, keptKafka, logCommand } from '../../local/kafka/index.js';
import { action, printText, type ExitCode } from '../action.js';

interface UpOptions {
  version?: string;
  port?: number;
  nodes?: number;
  timeout: number;
}

interface LogsOptions {
  lines: number;
  follow?: true;
}

/** `easy-pubsub kafka up | down | status | logs`: a Kafka that continues to run between commands. */
export function kafkaCommand(program: Command): void {
  const kafka = program.command('kafka').description('keep a local Kafka running between commands');
  kafka
    .command('up')
    .description(
      'start a broker, unless one is running (with docker compose if an engine answers, otherwise from Maven’s jars)',
    )
    .option('--version <version>', 'Kafka version, such as 3.9.1 (default: KAFKA_VERSION)')
    .option('--port <port>', 'the port to use (default: 9092, or another one if that is taken)', wholeNumber)
    .option('--nodes <count>', 'number of brokers, 1 to 3 (default: 1)', wholeNumber)
    .option('--timeout <seconds>', 'time limit, including downloads', wholeNumber, 300)
    .action(action(up));
  kafka.command('down').description('stop the Kafka that `up` started, and delete its data').action(action(down));
  kafka
    .command('status')
    .description('show the Kafka that `up` started; exit code 1 if none answers')
    .action(action(status));
  kafka
    .command('logs')
    .description('print the broker’s log')
    .option('-n, --lines <count>', 'number of lines from the end', wholeNumber, 100)
    .option('-f, --follow', 'follow the log')
    .action(action(logs));
}

async function up(signal: AbortSignal, options: UpOptions): Promise<ExitCode> {
  const { version, port, nodes, timeout } = options;
  // The variable names the user's own brokers; this command manages its own.
  const env = { ...process.env, PUBSUB_BROKERS: undefined };
  const deadline = new Deadline(timeout * 1_000, signal);
  const kafka = await chooseKafka({ env, keep: true, version, port, nodes, deadline, onProgress });
  const brokers = kafka.brokers.join(',');
  printText(`Kafka${kafka.version === undefined ? '' : ` ${kafka.version}`} runs at ${brokers}: ${kafka.why}.`);
  printText(`Other programs connect with PUBSUB_BROKERS=${brokers}; commands of easy-pubsub find it automatically.`);
  printText('It runs until: easy-pubsub kafka down');
  return 0;
}

async function down(signal: AbortSignal): Promise<ExitCode> {
  const ended = await endKeptKafka({ deadline: new Deadline(120_000, signal), onProgress });
  printText(
    ended === undefined ? 'No Kafka is kept.' : `Kafka ${ended.version} at ${ended.brokers.join(',')} has ended.`,
  );
  return 0;
}

async function status(): Promise<ExitCode> {
  const kept = await keptKafka();
  if (kept === undefined) {
    printText('No Kafka is kept. To start one: easy-pubsub kafka up');
    return 1;
  }
  const rows: [string, string][] = [
    ['brokers', kept.brokers.join(',')],
    ['answers', kept.answers ? 'yes' : 'no'],
    ['version', kept.version],
    ['runs as', kept.kind === 'compose' ? `docker compose project ${kept.project.name}` : 'processes of this machine'],
    ['cluster id', kept.clusterId],
    ['since', kept.startedAt],
  ];
  if (kept.kind === 'embedded') {
    rows.push(['processes', kept.pids.join(' ') || 'none'], ['folder', kept.folder]);
  }
  for (const [name, value] of rows) printText(`${name.padEnd(11)} ${value}`);
  return kept.answers ? 0 : 1;
}

async function logs(signal: AbortSignal, options: LogsOptions): Promise<ExitCode> {
  const command = await logCommand({ lines: options.lines, follow: options.follow === true });
  const child = spawn(command.file, command.args, { env: command.env, stdio: ['ignore', 'inherit', 'inherit'] });
  const onAbort = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', onAbort);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0 ? 0 : 2));
  });
}

function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function onProgress(sentence: string): void {
  process.stderr.write(`waiting for ${sentence}\n`);
}
