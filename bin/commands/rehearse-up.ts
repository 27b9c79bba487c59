import { once } from 'node:events';
import type { Command } from 'commander';
import { describePlace, Rehearsal, synthesize } from '../../local/rehearsal/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { action, printNotice, type ExitCode } from '../action.js';
import { awsAccount, awsRegion, between, pair } from '../arguments.js';
import { addLimitOptions, limitsBy, type LimitFlags } from '../limiting-policies.js';
import { Progress } from '../progress.js';

interface UpFlags extends LimitFlags {
  template?: string;
  region?: string;
  account?: string;
  context?: Record<string, string>;
  parameter?: Record<string, string>;
  sessionSeconds?: number;
  port?: number;
  freeze?: true;
  verbose?: true;
}

const START_MS = 300_000;

/** `easy-pubsub rehearse up`: a stack on this machine for as long as somebody wants to work with it. */
export function rehearseUpCommand(rehearse: Command): void {
  const command = rehearse
    .command('up')
    .description('run a stack until Ctrl-C: its functions, and a Kafka that enforces its policies (docs/rehearsal.md)')
    .option('--template <file>', 'this template, of CDK, SAM or your own (default: the synthesized one)')
    .option(
      '--region <region>',
      'where the stack is taken to be (default: as the template and its manifest say)',
      awsRegion,
    )
    .option('--account <digits>', 'the AWS account that it is taken to be in', awsAccount)
    .option('-c, --context <key=value>', 'a context value for the CDK app, as cdk takes it', pair)
    .option('--parameter <key=value>', 'a value for a parameter of the template', pair)
    .option('--session-seconds <n>', 'how long a login lasts (default: 15 minutes, as on MSK)', between(13, 43_200))
    .option('--port <n>', 'of the AWS endpoint (default: any free one)', between(1, 65_535))
    .option('--freeze', 'functions are stopped between invocations, and their connections lost')
    .option('--verbose', 'show the functions’ logs on stderr');
  addLimitOptions(command).action(action(up));
}

async function up(signal: AbortSignal, flags: UpFlags): Promise<ExitCode> {
  const { template, region, account, context = {}, parameter, sessionSeconds, port, freeze, verbose } = flags;
  const limits = await limitsBy(flags);
  const progress = new Progress(false);
  const starting = Rehearsal.start({
    template: template ?? ((folder, deadline) => synthesize({ folder, context, deadline })),
    deadline: new Deadline(START_MS, signal),
    onProgress: progress.show,
    onLog: (_, { name }, line) => {
      if (verbose) printNotice(`${name}: ${line}`);
    },
    onDenied: printNotice,
    freeze: freeze ?? false,
    ...limits,
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
    ...(parameter === undefined ? {} : { parameters: parameter }),
    ...(sessionSeconds === undefined ? {} : { sessionSeconds }),
    ...(port === undefined ? {} : { port }),
  });
  await using rehearsal = await starting.finally(() => progress.end());
  process.stdout.write(described(rehearsal));
  if (!signal.aborted) await once(signal, 'abort');
  printNotice('Ending.');
  return 0;
}

function described({ model, place, kafka, network, exports, additions, remarks }: Rehearsal): string {
  const { iam } = kafka;
  const rows = [
    ['place', describePlace(place)],
    ...model.functions.map(({ name }): [string, string] => ['function', name]),
    ...model.functions.flatMap((one): [string, string][] => {
      const { may, why } = network.of(one);
      if (may === 'no') return [['network', `${one.name} gets no answer from any broker: ${why}`]];
      return may === 'yes' ? [] : [['network', `${one.name} is taken to reach the brokers: ${why}`]];
    }),
    ...kafka.topics.map((name): [string, string] => ['topic', name]),
    ['brokers', `${iam.gatewayBrokers.join(',')} (TLS and IAM, as MSK’s port 9098)`],
    ['CA file', iam.caFile],
    [
      'variables',
      `${[...new Set(additions.map(({ variable }) => variable))].join(', ')} (not the template’s: given to the functions)`,
    ],
    ...model.setAside.map(({ path, reason }): [string, string] => ['set aside', `${path}: ${reason}`]),
    ...remarks.map(({ path, sentence }): [string, string] => ['note', `${path}: ${sentence}`]),
  ] as const;
  return [
    `Stack ${model.stackName} runs on Kafka ${iam.kafka.version}, and its policies are enforced.`,
    ...rows.map(([name, value]) => `  ${name.padEnd(10)} ${value}`),
    '',
    // A profile would come before these keys, and a token that belongs to others would go along.
    'unset AWS_PROFILE AWS_SESSION_TOKEN',
    ...Object.entries(exports).map(([name, value]) => `export ${name}=${value}`),
    '',
    `In a shell with these, the AWS CLI, SDKs and \`easy-pubsub sanity --stack ${model.stackName}\` see it as if it were in AWS.`,
    'Ctrl-C ends it.',
    '',
  ].join('\n');
}
