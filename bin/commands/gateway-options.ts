import type { Command } from 'commander';
import { Answers } from '../../rehearsal/answers.js';
import type { PlanOptions } from '../../rehearsal/enforce/index.js';
import type { PolicyFile } from '../../rehearsal/policy/index.js';
import { pubsub_error } from '../../src/base/error.js';
import { answer, awsAccount, awsRegion, between, brokerList, list, topicList } from '../arguments.js';
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
  keys: string;
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
    .option('--topics <list>', 'topics to create in an embedded Kafka, with three partitions each', topicList)
    .option('--groups <list>', 'groups that clients will use: their rights are computed in advance', list)
    .option(
      '--transactional-ids <list>',
      'transactional ids that clients will use: their rights are computed in advance',
      list,
    )
    .option('--session-seconds <n>', 'the longest session (default: that of the token, at most 900)', between(13, 900))
    .option(
      '--port <port>',
      'the port of the first gateway, embedded Kafka only (default: a free one)',
      between(1, 65_000),
    )
    .option('--nodes <n>', 'number of brokers of the embedded Kafka', between(1, 3), 1)
    .option(
      '--authorizer-log <files...>',
      'the log of kafka.authorizer.logger of the named brokers, from which denials are printed',
    )
    .option('--keys <folder>', 'the folder of the key that the named brokers trust', keys)
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
    ...(roleArn === undefined ? {} : { roleArns: roleArn }),
    ...(clusterArn === undefined ? {} : { clusterArn }),
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
    ...(credentials === undefined ? {} : { credentials }),
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
