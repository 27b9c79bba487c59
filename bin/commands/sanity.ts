import { Option, type Command } from 'commander';
import { connectAws } from '../../sanity/aws/sdk.js';
import { runLocally } from '../../sanity/local-run.js';
import { default_options } from '../../sanity/options.js';
import { runAgainstStack } from '../../sanity/stack-run.js';
import { pubsub_error } from '../../src/index.js';
import { action, type ExitCode } from '../action.js';
import { between, list } from '../arguments.js';
import { packageVersion } from '../package-version.js';
import { Progress } from '../progress.js';
import { checkWritable, writeReport, type ReportFlags } from '../report-files.js';

interface SanityFlags extends ReportFlags {
  count: number;
  concurrency: number;
  payloadBytes: number;
  timeout: number;
  brokers?: string[];
  createTopics?: true;
  allowForeignGroups?: true;
  stack?: string;
  region?: string;
  profile?: string;
  keep?: true;
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
    .addOption(local('--brokers <host:port,…>', 'your own brokers instead of a local Kafka (PUBSUB_BROKERS)', list))
    .addOption(local('--create-topics', 'make the two topics on your own brokers if they are missing'))
    .addOption(local('--allow-foreign-groups', 'go on although other groups read the topics'))
    .option('--stack <name>', 'invoke the functions of this CloudFormation stack instead (docs/aws.md)')
    .option('--region <region>', 'with --stack: where it is (AWS_REGION, or that of the profile)')
    .option('--profile <name>', 'with --stack: whose AWS credentials (AWS_PROFILE)')
    .option('--keep', 'leave groups and records for you to look at')
    .option('--json', 'print the report as JSON')
    .option('--report <file>', 'write the report as JSON to a file')
    .option('--junit <file>', 'write the checks as JUnit XML to a file')
    .option('--verbose', 'show the functions’ logs on stderr')
    .action(action(sanity));
}

/** Of a run on this machine: what a deployed function works with is not for its caller to say. */
function local(flags: string, description: string, parse?: (text: string) => unknown): Option {
  const option = new Option(flags, description).conflicts(['stack', 'region', 'profile']);
  return parse === undefined ? option : option.argParser(parse);
}

async function sanity(signal: AbortSignal, flags: SanityFlags): Promise<ExitCode> {
  await checkWritable(flags);
  const progress = new Progress(false);
  const { stack, region, profile } = flags;
  for (const [flag, given] of Object.entries({ region, profile })) {
    if (given === undefined || stack !== undefined) continue;
    throw new pubsub_error('argument_invalid', 'config', `--${flag} is for --stack, and no stack is named`);
  }
  const where = (sentence: string): void => {
    progress.end();
    if (flags.json === undefined) process.stdout.write(`${sentence}\n`);
  };
  const common = {
    count: flags.count,
    concurrency: flags.concurrency,
    payloadBytes: flags.payloadBytes,
    timeoutMs: flags.timeout * 1000,
    keep: flags.keep ?? false,
    version: packageVersion(),
    signal,
    onProgress: progress.show,
    onLog: (name: string, line: string) => {
      if (flags.verbose) process.stderr.write(`${name}: ${line}\n`);
    },
  };
  const running =
    stack === undefined
      ? runLocally({
          ...common,
          brokers: flags.brokers,
          createTopics: flags.createTopics ?? false,
          allowForeignGroups: flags.allowForeignGroups ?? false,
          env: process.env,
          onKafka: where,
        })
      : runAgainstStack({
          ...common,
          stackName: stack,
          connect: () => connectAws({ region, profile }),
          onStack: where,
        });
  const report = await running.finally(() => progress.end());
  await writeReport(report, flags);
  return report.exit_code === 0 ? 0 : report.exit_code === 1 ? 1 : 2;
}
