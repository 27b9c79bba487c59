import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { readRunning, type RunningGateway } from '../../rehearsal/gateway/index.js';
import { onAbort } from '../../src/base/abort.js';
import { pubsub_error } from '../../src/base/error.js';
import { action, type ExitCode } from '../action.js';
import { between } from '../arguments.js';

interface LogsFlags {
  lines: number;
  follow?: true;
  authorizer?: true;
  pid?: number;
}

/**
 * `easy-pubsub gateway logs`: prints the log of the broker of a running gateway.
 *
 * @param folder the folder in which gateways are recorded
 */
export function gatewayLogsCommand(gateway: Command, folder: string): void {
  gateway
    .command('logs')
    .description('print the log of the broker of a running gateway')
    .option('-n, --lines <count>', 'number of lines from the end', between(0, 1_000_000), 100)
    .option('-f, --follow', 'follow the log')
    .option('--authorizer', 'the authorizer’s own log: every denial, as Kafka writes it')
    .option('--pid <n>', 'process id of the gateway (default: the one that was started last)', between(1, 2 ** 31))
    .action(action((signal, flags: LogsFlags) => printLogs(signal, folder, flags)));
}

async function printLogs(signal: AbortSignal, folder: string, flags: LogsFlags): Promise<ExitCode> {
  const files = filesOf(await gatewayOf(folder, flags.pid), flags.authorizer === true);
  const args = ['-n', String(flags.lines), ...(flags.follow === true ? ['-F'] : []), ...files];
  const child = spawn('tail', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const forget = onAbort(signal, () => void child.kill('SIGTERM'));
  return new Promise<ExitCode>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0 ? 0 : 2));
  }).finally(forget);
}

async function gatewayOf(folder: string, pid: number | undefined): Promise<RunningGateway> {
  const all = await readRunning(folder);
  const found = pid === undefined ? all[0] : all.find((one) => one.pid === pid);
  if (found !== undefined) return found;
  throw new pubsub_error(
    'kafka_unavailable',
    'rehearsal',
    pid === undefined ? 'no gateway is running, so there is no log' : `no gateway is running in process ${pid}`,
    {
      hint:
        all.length === 0
          ? 'To start one: easy-pubsub gateway --policy FILE'
          : `Running gateways: ${all.map((one) => `--pid ${one.pid} (${one.brokers.join(',')})`).join(', ')}`,
    },
  );
}

function filesOf({ brokerLogs, authorizerLogs, brokers }: RunningGateway, authorizer: boolean): readonly string[] {
  const files = authorizer ? authorizerLogs : brokerLogs;
  if (files.length > 0) return files;
  throw new pubsub_error(
    'kafka_unavailable',
    'rehearsal',
    `the brokers behind ${brokers.join(',')} were not started by the gateway, so it does not have their log`,
    { hint: 'For the broker of the compose file: docker compose logs kafka-iam' },
  );
}
