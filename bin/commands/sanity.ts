import { Option, type Command } from 'commander';
import { sanityTopics, type Topics } from '../../local/functions/variables.js';
import type { GivenOptions } from '../../rehearsal/index.js';
import type { Plan } from '../../rehearsal/plan/plan.js';
import { defaultOptions, type SanityOptions } from '../../sanity/options.js';
import type { SanityReport } from '../../sanity/report/schema.js';
import { longestTime } from '../../sanity/steps/run-time.js';
import { action, printNotice, printText, type ExitCode } from '../action.js';
import { awsRegion, between, brokerList, topicName } from '../arguments.js';
import { belongTo } from '../belonging.js';
import { addLimitOptions, limitsBy, type LimitFlags } from '../limiting-policies.js';
import { packageVersion } from '../package-version.js';
import { Progress } from '../progress.js';
import { checkWritable, writeReport, type ReportFlags } from '../report-files.js';
import { addTemplateOptions, contextOption, givenBy, type TemplateFlags } from '../template-options.js';
import { negative, negativeOption } from './sanity-negative.js';

interface SanityFlags extends ReportFlags, TemplateFlags, LimitFlags {
  count: number;
  concurrency: number;
  payloadBytes: number;
  timeout: number;
  brokers?: string[];
  workerTopic?: string;
  replyTopic?: string;
  createTopics?: true;
  allowForeignGroups?: true;
  stack?: string;
  rehearse?: true;
  template?: string;
  context?: Record<string, string>;
  sessionSeconds?: number;
  freeze?: true;
  negative?: true;
  seed?: string;
  profile?: string;
  keep?: true;
  verbose?: true;
}

/** `easy-pubsub sanity`: checks whether request/reply works here, and if not, why. */
export function sanityCommand(program: Command): void {
  const command = program
    .command('sanity')
    .description(
      'run the three functions with a Kafka broker, and give a verdict; exit code 0: healthy, 1: unhealthy, 2: no verdict',
    )
    .option('--count <n>', 'number of counted requests', between(1, 100_000), defaultOptions.count)
    .option(
      '--concurrency <n>',
      'number of requests that wait for replies at the same time',
      between(1, 10_000),
      defaultOptions.concurrency,
    )
    .option('--payload-bytes <n>', 'length of the text in each frame', between(0, 900_000), defaultOptions.payloadBytes)
    .option(
      '--timeout <seconds>',
      'time limit of the checks; a run ends at most 15 s after it',
      between(5, longestTime.ms / 1000),
      defaultOptions.timeoutMs / 1000,
    )
    .addOption(
      local('--brokers <host:port,…>', 'your own brokers instead of a local Kafka (PUBSUB_BROKERS)', brokerList),
    )
    .addOption(local('--worker-topic <name>', `the topic for requests (default: ${sanityTopics.worker})`, topicName))
    .addOption(local('--reply-topic <name>', `the topic for replies (default: ${sanityTopics.reply_to})`, topicName))
    .addOption(local('--create-topics', 'create the two topics on your own brokers if they are missing'))
    .addOption(local('--allow-foreign-groups', 'continue even if other groups use the topics'))
    .option('--stack <name>', 'invoke the functions of this CloudFormation stack instead (docs/aws.md)')
    .option(
      '--region <region>',
      'with --stack: its region (default: AWS_REGION, or that of the profile); with --rehearse: the assumed region',
      awsRegion,
    )
    .option('--profile <name>', 'with --stack: the profile with AWS credentials (default: AWS_PROFILE)')
    .addOption(
      new Option(
        '--rehearse',
        'run the synthesized stack on this machine with its policies enforced (docs/rehearsal.md)',
      ).conflicts(['stack', 'profile', 'keep']),
    )
    .option('--template <file>', 'with --rehearse: this template instead of the synthesized one')
    .addOption(contextOption('with --rehearse: '))
    .option('--session-seconds <n>', 'with --rehearse: how long a session lasts', between(13, 43_200))
    .addOption(
      new Option(
        '--freeze',
        'with --rehearse: freeze functions between invocations, and close their connections',
      ).conflicts('negative'),
    )
    .addOption(negativeOption())
    .option(
      '--seed <text>',
      'with --negative: the seed for the order of the rows (default: a random one, which is printed)',
    )
    .option('--keep', 'keep the consumer groups of the run on brokers that continue to run; records are never deleted')
    .option('--json', 'print the report as JSON')
    .option('--report <file>', 'write the report as JSON to a file')
    .option('--junit <file>', 'write the checks as JUnit XML to a file')
    .option('--verbose', 'show the functions’ logs on stderr');
  const when = 'with --rehearse: ';
  addLimitOptions(addTemplateOptions(command, when), when).action(action(sanity));
}

/** Options only for a run on this machine: a deployed function has its own settings. */
function local(flags: string, description: string, parse?: (text: string) => unknown): Option {
  const option = new Option(flags, description).conflicts(['stack', 'region', 'profile', 'rehearse']);
  return parse === undefined ? option : option.argParser(parse);
}

/** Undefined: no option names one. */
function topicsOf({ workerTopic, replyTopic }: SanityFlags): Partial<Topics> | undefined {
  if (workerTopic === undefined && replyTopic === undefined) return undefined;
  return {
    ...(workerTopic === undefined ? {} : { worker: workerTopic }),
    ...(replyTopic === undefined ? {} : { reply_to: replyTopic }),
  };
}

function checkBelonging(flags: SanityFlags): void {
  const { stack, region, profile, rehearse, template, context, sessionSeconds, freeze, negative, seed } = flags;
  const { account, parameter, answer, clusterArn, topics, groups } = flags;
  belongTo('--stack', stack !== undefined, { profile });
  belongTo('--stack or --rehearse', stack !== undefined || rehearse === true, { region });
  const ofTemplate = {
    account,
    parameter,
    answer,
    'cluster-arn': clusterArn,
    topics,
    groups,
    function: flags.function,
    scp: flags.scp,
    'cluster-policy': flags.clusterPolicy,
  };
  const ofRehearsal = { ...ofTemplate, template, context, 'session-seconds': sessionSeconds, freeze, negative };
  belongTo('--rehearse', rehearse === true, ofRehearsal);
  belongTo('--negative', negative === true, { seed });
}

async function sanity(signal: AbortSignal, flags: SanityFlags): Promise<ExitCode> {
  checkBelonging(flags);
  if (flags.negative === true) return negative(signal, flags);
  await checkWritable(flags);
  const progress = new Progress();
  const where = (sentence: string): void => {
    progress.end();
    if (flags.json === undefined) printText(sentence);
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
    onNotice: tell,
    onLog: (name: string, line: string) => {
      if (flags.verbose) process.stderr.write(`${name}: ${line}\n`);
    },
  };
  const running = run(flags, common, where, tell);
  const report = await running.finally(() => progress.end());
  await writeReport(report, flags);
  return report.exit_code === 0 ? 0 : report.exit_code === 1 ? 1 : 2;
}

type Told = (sentence: string) => void;

/** The options of every run. */
type CommonOptions = SanityOptions & {
  readonly version: string;
  readonly signal: AbortSignal;
  readonly onProgress: Told;
  readonly onNotice: Told;
  readonly onLog: (name: string, line: string) => void;
};

async function planOf(template: string, given: GivenOptions): Promise<Plan> {
  const { planRehearsal } = await import('../../rehearsal/plan/plan.js');
  const { requireSanityStack } = await import('../../sanity/stack/outputs.js');
  return planRehearsal(template, given, requireSanityStack);
}

/** Loads only the code for this run; a template that cannot be rehearsed is refused before. */
async function run(flags: SanityFlags, common: CommonOptions, where: Told, tell: Told): Promise<SanityReport> {
  const { stack, region, profile, template, context, sessionSeconds, freeze } = flags;
  if (flags.rehearse === true) {
    const given = { ...givenBy(flags), ...(await limitsBy(flags)) };
    const plan = template === undefined ? undefined : await planOf(template, given);
    const { runRehearsal } = await import('../../sanity/runs/rehearsal.js');
    return runRehearsal({
      ...common,
      template,
      plan,
      given,
      context: context ?? {},
      freeze: freeze ?? false,
      sessionSeconds,
      onStack: where,
    });
  }
  if (stack === undefined) {
    const { runLocally } = await import('../../sanity/runs/local.js');
    return runLocally({
      ...common,
      brokers: flags.brokers,
      topics: topicsOf(flags),
      createTopics: flags.createTopics ?? false,
      allowForeignGroups: flags.allowForeignGroups ?? false,
      env: process.env,
      onKafka: where,
    });
  }
  const [{ connectAws }, { requireSdk }, { openSession }, { runAgainstStack }] = await Promise.all([
    import('../../aws/connect.js'),
    import('../../aws/load-sdk.js'),
    import('../../aws/session.js'),
    import('../../sanity/runs/stack.js'),
  ]);
  requireSdk('stack');
  return runAgainstStack({
    ...common,
    stackName: stack,
    region,
    connect: async () => connectAws(await openSession({ region, profile, onNotice: tell })),
    onStack: where,
    onLeft: tell,
  });
}
