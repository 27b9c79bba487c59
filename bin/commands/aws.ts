import type { Command } from 'commander';
import { requireSdk } from '../../aws/load-sdk.js';
import { openSession } from '../../aws/session.js';
import { readContext } from '../../lib/context.js';
import { preflight } from '../../sanity/preflight/preflight.js';
import { printPreflight } from '../../sanity/preflight/print.js';
import { sdkAccount } from '../../aws/sdk-account.js';
import { Deadline } from '../../src/base/deadline.js';
import { action, printNotice, type ExitCode } from '../action.js';
import { pair } from '../arguments.js';
import { contextOf } from '../cdk-context.js';
import { hasColors } from '../terminal.js';

interface PreflightFlags {
  region?: string;
  profile?: string;
  context?: Record<string, string>;
  json?: true;
}

const TIMEOUT_MS = 30_000;

/** `easy-pubsub aws preflight`: finds what would fail after an hour of a deployment. */
export function awsCommand(program: Command): void {
  program
    .command('aws')
    .description('the AWS account for the sanity environment')
    .command('preflight')
    .description(
      'find what would make a deployment fail, with read requests only; exit code 0: ready, 1: not ready, 2: no verdict',
    )
    .option('--region <region>', 'default: AWS_REGION, AWS_DEFAULT_REGION, or the profile’s')
    .option('--profile <name>', 'a profile of ~/.aws/config')
    .option('-c, --context <key=value>', 'a context value, as for `npx cdk deploy`; may be repeated', pair)
    .option('--json', 'print the checks as JSON')
    .action(action(runPreflight));
}

async function runPreflight(signal: AbortSignal, flags: PreflightFlags): Promise<ExitCode> {
  const startedAt = performance.now();
  const options = readContext(await contextOf(flags.context ?? {}));
  const { region, profile } = flags;
  requireSdk('preflight');
  const session = await openSession({ region, profile, onNotice: printNotice });
  const account = sdkAccount(session, new Deadline(TIMEOUT_MS, signal));
  const result = await preflight({ options, account, region: session.region });
  const text = flags.json
    ? JSON.stringify({ schema_version: 1, kind: 'preflight', region: session.region, ...result }, null, 2)
    : printPreflight(result, performance.now() - startedAt, hasColors(process.stdout));
  process.stdout.write(`${text}\n`);
  return result.exit_code;
}
