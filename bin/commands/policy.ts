import { InvalidArgumentError, Option, type Command } from 'commander';
import { CLUSTER_ARN_EXAMPLE, clusterArnShape, textArns } from '../../src/grants/cluster-arns.js';
import { serviceGrants, serviceRoles, type ServiceRole } from '../../src/grants/service-grants.js';
import { serviceSettingsFromEnv, type ServiceSettings } from '../../src/grants/service-settings.js';
import { action, printLine, printNotice, type ExitCode } from '../action.js';
import { topicList, topicName } from '../arguments.js';
import { belongTo } from '../belonging.js';

interface PolicyFlags {
  role: ServiceRole;
  clusterArn: string;
  workerTopic?: string;
  replyTopic?: string;
  replyTopicsAllowed?: string[];
  deadLetterTopic?: string;
  workerGroup?: string;
  replyGroup?: string;
  replies?: 'shared' | 'own';
  createTopics?: true;
}

/** `easy-pubsub policy --role worker --cluster-arn ARN`: the IAM policy of a service. */
export function policyCommand(program: Command): void {
  program
    .command('policy')
    .description(
      'print the IAM policy that a service needs on an MSK cluster, from its PUBSUB_* variables; connects to no broker and no account',
    )
    .addOption(
      new Option('--role <role>', 'what the service does: send requests, answer them, or both')
        .choices(serviceRoles)
        .makeOptionMandatory(),
    )
    .requiredOption('--cluster-arn <arn>', `the cluster, such as ${CLUSTER_ARN_EXAMPLE}`, clusterArn)
    .option('--worker-topic <name>', 'instead of PUBSUB_WORKER_TOPIC', topicName)
    .option('--reply-topic <name>', 'instead of PUBSUB_REPLY_TO_TOPIC', topicName)
    .option('--reply-topics-allowed <list>', 'instead of PUBSUB_REPLY_TOPICS_ALLOWED', topicList)
    .option('--dead-letter-topic <name>', 'instead of PUBSUB_DEAD_LETTER_TOPIC', topicName)
    .option('--worker-group <name>', 'instead of PUBSUB_WORKER_GROUP')
    .option('--reply-group <name>', 'instead of PUBSUB_REPLY_TO_GROUP')
    .addOption(new Option('--replies <mode>', 'instead of PUBSUB_REPLY_MODE').choices(['shared', 'own']))
    .option('--create-topics', 'also allow it to create these topics')
    .action(action(print));
}

function clusterArn(text: string): string {
  if (clusterArnShape.test(text)) return text;
  throw new InvalidArgumentError(`It must look like ${CLUSTER_ARN_EXAMPLE}; its name and its UUID may be *.`);
}

/** The options that take the place of variables, by the paths of their settings. */
const settingOptions: Readonly<Record<string, { flag: keyof PolicyFlags; option: string }>> = {
  'topics.worker': { flag: 'workerTopic', option: '--worker-topic' },
  'topics.reply_to': { flag: 'replyTopic', option: '--reply-topic' },
  'topics.reply_allowed': { flag: 'replyTopicsAllowed', option: '--reply-topics-allowed' },
  'topics.dead_letter': { flag: 'deadLetterTopic', option: '--dead-letter-topic' },
  'groups.worker': { flag: 'workerGroup', option: '--worker-group' },
  'groups.reply_to': { flag: 'replyGroup', option: '--reply-group' },
  'requester.reply_mode': { flag: 'replies', option: '--replies' },
};

function print(_: AbortSignal, flags: PolicyFlags): Promise<ExitCode> {
  const { role, createTopics = false } = flags;
  belongTo('--role worker or both', role !== 'requester', {
    'reply-topics-allowed': flags.replyTopicsAllowed,
    'dead-letter-topic': flags.deadLetterTopic,
    'worker-group': flags.workerGroup,
  });
  belongTo('--role requester or both', role !== 'worker', {
    'reply-group': flags.replyGroup,
    replies: flags.replies,
    // A worker answers to this topic, if no others are named.
    ...(flags.replyTopicsAllowed === undefined ? {} : { 'reply-topic': flags.replyTopic }),
  });
  const given = Object.entries(settingOptions).filter(([, { flag }]) => flags[flag] !== undefined);
  const settings = serviceSettingsFromEnv(
    process.env,
    given.map(([path, { flag, option }]) => ({ path, value: flags[flag], name: option })),
  );
  const statements = serviceGrants(textArns(flags.clusterArn), { role, settings, createTopics }).statements();
  printNotice(described(role, settings));
  printLine(JSON.stringify({ Version: '2012-10-17', Statement: statements }, null, 2));
  return Promise.resolve(0);
}

/** What the policy is for: variables of the shell decide it too. */
function described(role: ServiceRole, { topics, groups, requester }: ServiceSettings): string {
  const isRequester = role !== 'worker';
  const isWorker = role !== 'requester';
  const facts = [
    `worker topic ${topics.worker}`,
    ...(isRequester ? [`reply_to topic ${topics.reply_to}`] : []),
    ...(isWorker ? [`replies to ${topics.reply_allowed.join(', ')}`] : []),
    ...(isWorker && topics.dead_letter !== undefined ? [`dead-letter topic ${topics.dead_letter}`] : []),
    ...(isWorker ? [`worker group ${groups.worker}`] : []),
    ...(isRequester ? [`reply_to group ${groups.reply_to}${requester.reply_mode === 'own' ? '-…' : ''}`] : []),
  ];
  return `Policy of a ${role === 'both' ? 'requester and worker' : role}: ${facts.join('; ')}`;
}
