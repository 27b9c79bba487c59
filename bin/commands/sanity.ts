import { open, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { junitOf } from '../../sanity/junit.js';
import { runLocally } from '../../sanity/local-run.js';
import { default_options } from '../../sanity/options.js';
import { printReport } from '../../sanity/print.js';
import type { sanity_report } from '../../sanity/report.js';
import { pubsub_error } from '../../src/index.js';
import { action, type ExitCode } from '../action.js';
import { between, list } from '../arguments.js';
import { packageVersion } from '../package-version.js';
import { Progress } from '../progress.js';

interface SanityFlags {
  count: number;
  concurrency: number;
  payloadBytes: number;
  timeout: number;
  brokers?: string[];
  createTopics?: true;
  allowForeignGroups?: true;
  keep?: true;
  json?: true;
  report?: string;
  junit?: string;
  verbose?: true;
}

/** `easy-pubsub sanity`: does request/reply work here, and if not, why not? */
export function sanityCommand(program: Command): void {
  program
    .command('sanity')
    .description(
      'run the three functions against a Kafka, and give a verdict: exit code 0 healthy, 1 not, 2 no verdict',
    )
    .option('--count <n>', 'requests that are counted', between(1, 100_000), default_options.count)
    .option(
      '--concurrency <n>',
      'requests that wait for replies at once',
      between(1, 10_000),
      default_options.concurrency,
    )
    .option('--payload-bytes <n>', 'text in each frame', between(0, 900_000), default_options.payloadBytes)
    .option('--timeout <seconds>', 'for the whole run', between(5, 3_600), default_options.timeoutMs / 1000)
    .option('--brokers <host:port,…>', 'your own brokers instead of a local Kafka (PUBSUB_BROKERS)', list)
    .option('--create-topics', 'make the two topics on your own brokers if they are missing')
    .option('--allow-foreign-groups', 'go on although other groups read the topics')
    .option('--keep', 'leave groups and records for you to look at')
    .option('--json', 'print the report as JSON')
    .option('--report <file>', 'write the report as JSON to a file')
    .option('--junit <file>', 'write the checks as JUnit XML to a file')
    .option('--verbose', 'show the functions’ logs on stderr')
    .action(action(sanity));
}

async function sanity(signal: AbortSignal, flags: SanityFlags): Promise<ExitCode> {
  await checkWritable(flags);
  const progress = new Progress(false);
  const report = await runLocally({
    count: flags.count,
    concurrency: flags.concurrency,
    payloadBytes: flags.payloadBytes,
    timeoutMs: flags.timeout * 1000,
    keep: flags.keep ?? false,
    brokers: flags.brokers,
    createTopics: flags.createTopics ?? false,
    allowForeignGroups: flags.allowForeignGroups ?? false,
    env: process.env,
    version: packageVersion(),
    signal,
    onProgress: progress.show,
    onKafka: (sentence) => {
      progress.end();
      if (flags.json === undefined) process.stdout.write(`${sentence}\n`);
    },
    onLog: (name, line) => {
      if (flags.verbose) process.stderr.write(`${name}: ${line}\n`);
    },
  }).finally(() => progress.end());
  await write(report, flags);
  return report.exit_code === 0 ? 0 : report.exit_code === 1 ? 1 : 2;
}

/** A run of a minute whose report has nowhere to go is refused before it begins. */
async function checkWritable({ report, junit }: SanityFlags): Promise<void> {
  for (const [flag, file] of Object.entries({ report, junit })) {
    if (file === undefined) continue;
    try {
      await (await open(file, 'a')).close();
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new pubsub_error(
        'argument_invalid',
        'config',
        `--${flag} names ${file}, which cannot be written (${code})`,
      );
    }
  }
}

async function write(report: sanity_report, flags: SanityFlags): Promise<void> {
  const json = JSON.stringify(report, null, 2);
  if (flags.report !== undefined) await writeFile(flags.report, `${json}\n`);
  if (flags.junit !== undefined) await writeFile(flags.junit, junitOf(report));
  process.stdout.write(`${flags.json ? json : printReport(report, process.stdout.isTTY)}\n`);
}
