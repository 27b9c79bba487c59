import { Option, type Command } from 'commander';
import { Answers } from '../../rehearsal/answers.js';
import type { PlanOptions } from '../../rehearsal/enforce/index.js';
import type { PolicyFile } from '../../rehearsal/policy/index.js';
import { pubsub_error } from '../../src/base/error.js';
import { answer, awsAccount, awsRegion, between, brokerList, list, topicList } from '../arguments.js';
import { belongTo } from '../belonging.js';
import { addLimitOptions, limitsBy, readPolicies, type LimitFlags } from '../limiting-policies.js';

export interface GatewayFlags extends LimitFlags {
  policy?: string[];
  roleArn?: string[];
  permissionsBoundary?: string[];
  sessionPolicy?: string[];
  answer?: string[];
  brokers?: string[];
  clusterArn?: string;
  region?: string;
  account?: string;
  topics?: string[];
  groups?: string[];
  transactionalIds?: string[];
  sessionSeconds?: number;
  port?: number;
  nodes: number;
  authorizerLog?: string[];
  keys?: string;
  json?: boolean;
}

/** @param keys the default of `--keys`: the folder of the key */
export function gatewayOptions(gateway: Command, keys: string): Command {
  const roles = gateway
    .option('--policy <files...>', 'IAM policy documents (JSON), one role for each')
    .option(
      '--role-arn <arns...>',
      'the ARNs of the roles, in the same order; a role that is named twice has both policies (default: made up from the files’ names)',
    )
    .option('--permissions-boundary <files...>', 'one boundary for all roles, or one for each in the same order')
    .option('--session-policy <files...>', 'one session policy for all roles, or one for each in the same order');
  return addLimitOptions(roles)
    .option(
      '--answer <key=value>',
      'the value of a condition key that the gateway cannot know, such as aws:SourceVpc=vpc-0123 (repeatable)',
      answer,
    )
    .option(
      '--brokers <list>',
      'brokers that are configured for the gateway, host:port,… (default: an embedded Kafka)',
      brokerList,
    )
    .option('--cluster-arn <arn>', 'the cluster of the policies (default: the one that they name)')
    .option(
      '--region <region>',
      'the region of the cluster, for which clients sign (default: that of the policies)',
      awsRegion,
    )
    .option('--account <digits>', 'the account of the cluster (default: that of the policies)', awsAccount)
    .option(
      '--topics <list>',
      'topics that clients will use: their rights are computed in advance, and an embedded Kafka creates them, with three partitions each',
      topicList,
    )
    .option('--groups <list>', 'groups that clients will use: their rights are computed in advance', list)
    .option(
      '--transactional-ids <list>',
      'transactional ids that clients will use: their rights are computed in advance',
      list,
    )
    .option('--session-seconds <n>', 'the longest session (default: that of the token, at most 900)', between(13, 900))
    .addOption(
      new Option('--port <port>', 'the port of the first gateway, embedded Kafka only (default: a free one)')
        .argParser(between(1, 65_000))
        // Named brokers advertise an address to their clients, and the gateway listens on it.
        .conflicts('brokers'),
    )
    .addOption(
      new Option('--nodes <n>', 'number of brokers of the embedded Kafka')
        .argParser(between(1, 3))
        .default(1)
        .conflicts('brokers'),
    )
    .option(
      '--authorizer-log <files...>',
      'with --brokers: the log of their kafka.authorizer.logger, from which denials are printed',
    )
    .option('--keys <folder>', `with --brokers: the folder of the key that they trust (default: ${keys})`)
    .option('--json', 'print one JSON object instead of exports');
}

/** The user's own credentials for a role; never the usual AWS_ variables, which may be real credentials. */
const ownCredentials = {
  accessKeyId: 'EASY_PUBSUB_GATEWAY_ACCESS_KEY_ID',
  secretAccessKey: 'EASY_PUBSUB_GATEWAY_SECRET_ACCESS_KEY',
  sessionToken: 'EASY_PUBSUB_GATEWAY_SESSION_TOKEN',
} as const;

/** The options, with the content of the named files. */
export async function planOptions(
  flags: GatewayFlags,
): Promise<{ files: PolicyFile[]; options: PlanOptions; answers: Answers }> {
  belongTo('--brokers', flags.brokers !== undefined, { keys: flags.keys, 'authorizer-log': flags.authorizerLog });
  const { policy, roleArn, permissionsBoundary, sessionPolicy, clusterArn, region, account } = flags;
  if (policy === undefined) {
    throw new pubsub_error('argument_invalid', 'rehearsal', 'no policy is given, so no client could log in', {
      hint: 'Give an IAM policy document for each role: --policy worker.json',
    });
  }
  if (roleArn !== undefined && roleArn.length > policy.length) {
    throw new pubsub_error(
      'argument_invalid',
      'rehearsal',
      `there are ${roleArn.length} roles and ${policy.length} policies`,
      {
        hint: 'Give a --policy for each --role-arn, in the same order.',
      },
    );
  }
  const answers = new Answers(flags.answer);
  const credentials = credentialsGiven();
  const options: PlanOptions = {
    answers,
    boundaries: await readPolicies(permissionsBoundary),
    sessionPolicies: await readPolicies(sessionPolicy),
    ...(await limitsBy(flags)),
    names: namesGiven(flags),
    roleArns: roleArn,
    clusterArn,
    region,
    account,
    credentials,
  };
  return { files: await readPolicies(policy), options, answers };
}

function namesGiven({ topics, groups, transactionalIds }: GatewayFlags): NonNullable<PlanOptions['names']> {
  return {
    ...(topics === undefined ? {} : { topic: topics }),
    ...(groups === undefined ? {} : { group: groups }),
    ...(transactionalIds === undefined ? {} : { 'transactional-id': transactionalIds }),
  };
}

export function credentialsGiven(): PlanOptions['credentials'] {
  const accessKeyId = process.env[ownCredentials.accessKeyId];
  const secretAccessKey = process.env[ownCredentials.secretAccessKey];
  const sessionToken = process.env[ownCredentials.sessionToken];
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
