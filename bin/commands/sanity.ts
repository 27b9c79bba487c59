import { Option, type Command } from 'commander';
import { connectAws } from '../../sanity/aws/sdk.js';
import { runLocally } from '../../sanity/local-run.js';
import { default_options } from '../../sanity/options.js';
import { runRehearsal } from '../../sanity/rehearsal-run.js';
import { runAgainstStack } from '../../sanity/stack-run.js';
import { pubsub_error } from '../../src/index.js';
import { action, printNotice, type ExitCode } from '../action.js';
import { awsAccount, awsRegion, between, list, pair } from '../arguments.js';
import { addLimitOptions, limitsBy, type LimitFlags } from '../limiting-policies.js';
import { packageVersion } from '../package-version.js';
import { Progress } from '../progress.js';
import { checkWritable, writeReport, type ReportFlags } from '../report-files.js';
import { negative, negativeOption } from './sanity-negative.js';

interface SanityFlags extends ReportFlags, LimitFlags {
  count: number;
  concurrency: number;
  payloadBytes: number;
  timeout: number;
  brokers?: string[];
  createTopics?: true;
  allowForeignGroups?: true;
  stack?: string;
  rehearse?: true;
  template?: string;
  context?: Record<string, string>;
  parameter?: Record<string, string>;
  sessionSeconds?: number;
  freeze?: true;
  negative?: true;
  seed?: string;
  region?: string;
  account?: string;
  profile?: string;
  keep?: true;
  verbose?: true;
}

/** `easy-pubsub sanity`: does request/reply work here, and if not, why not? */
export function sanityCommand(program: Command): void {
  const command = program
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
    .option(
      '--region <region>',
      'with --stack: where it is (AWS_REGION, or that of the profile); with --rehearse: where it is taken to be',
      awsRegion,
    )
    .option('--profile <name>', 'with --stack: whose AWS credentials (AWS_PROFILE)')
    .addOption(
      new Option(
        '--rehearse',
        'run the synthesized stack on this machine, its policies enforced (docs/rehearsal.md)',
      ).conflicts(['stack', 'profile']),
    )
    .option('--account <digits>', 'with --rehearse: the AWS account that the stack is taken to be in', awsAccount)
    .option('--template <file>', 'with --rehearse: this template instead of the synthesized one')
    .option('-c, --context <key=value>', 'with --rehearse: a context value for the CDK app, as cdk takes it', pair)
    .option('--parameter <key=value>', 'with --rehearse: a value for a parameter of the template', pair)
    .option('--session-seconds <n>', 'with --rehearse: how long a login lasts', between(13, 43_200))
    .addOption(
      new Option(
        '--freeze',
        'with --rehearse: functions are stopped between invocations, and their connections lost',
      ).conflicts('negative'),
    )
    .addOption(negativeOption())
    .option('--seed <text>', 'with --negative: decides the order of the rows (default: any, and printed)')
    .option('--keep', 'leave groups and records for you to look at')
    .option('--json', 'print the report as JSON')
    .option('--report <file>', 'write the report as JSON to a file')
    .option('--junit <file>', 'write the checks as JUnit XML to a file')
    .option('--verbose', 'show the functions’ logs on stderr');
  addLimitOptions(command, 'with --rehearse: ').action(action(sanity));
}

/** Of a run on this machine: what a deployed function works with is not for its caller to say. */
function local(flags: string, description: string, parse?: (text: string) => unknown): Option {
  const option = new Option(flags, description).conflicts(['stack', 'region', 'profile', 'rehearse']);
  return parse === undefined ? option : option.argParser(parse);
}

/** Options that say nothing without another one are refused, not ignored. */
function belongTo(main: string, given: boolean, options: Readonly<Record<string, unknown>>): void {
  if (given) return;
  for (const [flag, value] of Object.entries(options)) {
    if (value === undefined) continue;
    throw new pubsub_error('argument_invalid', 'config', `--${flag} is for ${main}, which is not given`);
  }
}

function checkBelonging(flags: SanityFlags): void {
  const { stack, region, account, profile, rehearse, template, context, parameter, sessionSeconds, freeze } = flags;
  const { negative, seed } = flags;
  belongTo('--stack', stack !== undefined, { profile });
  belongTo('--stack or --rehearse', stack !== undefined || rehearse === true, { region });
  const ofRehearsal = { account, template, context, parameter, 'session-seconds': sessionSeconds, freeze, negative };
  belongTo('--rehearse', rehearse === true, ofRehearsal);
  belongTo('--rehearse', rehearse === true, { scp: flags.scp, 'cluster-policy': flags.clusterPolicy });
  belongTo('--negative', negative === true, { seed });
}

async function sanity(signal: AbortSignal, flags: SanityFlags): Promise<ExitCode> {
  checkBelonging(flags);
  if (flags.negative === true) return negative(signal, flags);
  await checkWritable(flags);
  const progress = new Progress(false);
  const { stack, region, account, profile, template, context, parameter, sessionSeconds, freeze } = flags;
  const where = (sentence: string): void => {
    progress.end();
    if (flags.json === undefined) process.stdout.write(`${sentence}\n`);
  };
  const tell = (sentence: string): void => {
    progress.end();
    printNotice(sentence);
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
    flags.rehearse === true
      ? runRehearsal({
          ...common,
          template,
          region,
          account,
          context: context ?? {},
          parameters: parameter ?? {},
          freeze: freeze ?? false,
          limits: await limitsBy(flags),
          ...(sessionSeconds === undefined ? {} : { sessionSeconds }),
          onStack: where,
        })
      : stack === undefined
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
            region,
            connect: () => connectAws({ region, profile, onNotice: tell }),
            onStack: where,
            onLeft: tell,
          });
  const report = await running.finally(() => progress.end());
  await writeReport(report, flags);
  return report.exit_code === 0 ? 0 : report.exit_code === 1 ? 1 : 2;
}
