import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Deadline } from '../../src/base/deadline.js';
import { onAbort } from '../../src/base/abort.js';
import { pubsub_error } from '../../src/base/error.js';
import { createTopics, listTopics } from '../../src/kafka/admin/admin.js';
import { deleteAcls, type AclEntry } from '../../src/kafka/admin/acls.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';
import { config } from '../../src/index.js';
import { kafka_connection } from '../../src/pubsub/kafka-connection.js';
import { cacheFolder } from '../../local/kafka/index.js';
import {
  describeRefusal,
  enforceAcls,
  keptKey,
  openGateways,
  planRoles,
  startIamKafka,
  type GatewayRole,
  type IamAccess,
  type IamOptions,
  type PlanOptions,
  type PolicyPlan,
} from '../../local/rehearsal/gateway/index.js';
import { action, printLine, printNotice, type ExitCode } from '../action.js';
import { between, list } from '../arguments.js';
import { gatewayKeysCommand } from './gateway-keys.js';
import { clientSettings } from './gateway-settings.js';

interface GatewayFlags {
  policy?: string[];
  roleArn?: string[];
  brokers?: string[];
  clusterArn?: string;
  region?: string;
  topics?: string[];
  groups?: string[];
  transactionalIds?: string[];
  sessionSeconds?: number;
  port?: number;
  nodes: number;
  keys: string;
  json?: boolean;
}

const startTimeoutMs = 300_000;
const administrationMs = 30_000;
const EMBEDDED_PARTITIONS = 3;
/** Of a role that the user has credentials for already; never the usual AWS_ variables, which may be real ones. */
const ownCredentials = {
  accessKeyId: 'EASY_PUBSUB_GATEWAY_ACCESS_KEY_ID',
  secretAccessKey: 'EASY_PUBSUB_GATEWAY_SECRET_ACCESS_KEY',
  sessionToken: 'EASY_PUBSUB_GATEWAY_SESSION_TOKEN',
} as const;

/** `easy-pubsub gateway`: MSK IAM on a laptop, for any client. */
export function gatewayCommand(program: Command): void {
  const keys = join(cacheFolder(process.env), 'gateway');
  const gateway = program
    .command('gateway')
    .description('let clients log in as on Amazon MSK with IAM, on a Kafka that enforces IAM policies, until Ctrl-C')
    .option('--policy <files...>', 'IAM policy documents (JSON), each of a role of its own')
    .option('--role-arn <arns...>', 'of the roles, in the same order (default: made up from the files’ names)')
    .option('--brokers <list>', 'brokers that are set up for it, host:port,… (default: an embedded Kafka)', list)
    .option('--cluster-arn <arn>', 'the cluster that the policies are about (default: the one they name)')
    .option('--region <region>', 'that clients sign for (default: the cluster’s)')
    .option(
      '--topics <list>',
      'topics for ACLs to speak of, beside those that are there or in a policy; an embedded Kafka gets them',
      list,
    )
    .option('--groups <list>', 'groups, beside those that a policy spells out', list)
    .option('--transactional-ids <list>', 'likewise', list)
    .option('--session-seconds <n>', 'longest session (default: the token’s, 900)', between(13, 900))
    .option('--port <port>', 'of the first gateway, embedded Kafka only (default: a free one)', between(1, 65_000))
    .option('--nodes <n>', 'brokers of the embedded Kafka', between(1, 3), 1)
    .option('--keys <folder>', 'with the key that the named brokers trust', keys)
    .option('--json', 'print one object instead of exports')
    .action(action(run));
  gatewayKeysCommand(gateway, keys);
}

async function run(signal: AbortSignal, flags: GatewayFlags): Promise<ExitCode> {
  if (flags.policy === undefined) {
    throw new pubsub_error('argument_invalid', 'rehearsal', 'no policy is given: nobody could log in', {
      hint: 'Give an IAM policy document for each role: --policy worker.json',
    });
  }
  const files = await Promise.all(flags.policy.map(async (path) => ({ path, text: await readPolicy(path) })));
  const plan = planRoles(files, planOptions(flags));
  const deadline = new Deadline(startTimeoutMs, signal);
  const options: IamOptions = {
    region: plan.region,
    roles: plan.roles,
    deadline,
    onProgress: (sentence) => printNotice(`waiting for ${sentence}`),
    onRefusal: (refusal) => printNotice(describeRefusal(refusal)),
    ...(flags.sessionSeconds === undefined ? {} : { sessionSeconds: flags.sessionSeconds }),
  };
  await using access = await open(flags, options, deadline);
  const admin = connectionTo(access.adminBrokers);
  await makeTopics(admin, flags, deadline);
  const made = await enforce(admin, plan, deadline);
  try {
    print(plan, access, flags);
    await new Promise<void>((resolve) => onAbort(signal, resolve));
  } finally {
    // An embedded Kafka takes its ACLs along; others keep what they had before.
    if (flags.brokers !== undefined) await deleteAcls(admin, made, new Deadline(administrationMs));
  }
  return 0;
}

async function open(flags: GatewayFlags, options: IamOptions, deadline: Deadline): Promise<IamAccess> {
  const { brokers, port, nodes } = flags;
  if (brokers === undefined) {
    const ports = port === undefined ? {} : { gatewayPorts: Array.from({ length: nodes }, (_, i) => port + i) };
    return startIamKafka({ ...options, nodes, ...ports });
  }
  if (port !== undefined) {
    throw new pubsub_error('argument_invalid', 'rehearsal', '--port is for the embedded Kafka', {
      hint: 'Brokers that you name tell their clients where to connect, and the gateway listens there.',
    });
  }
  const { voucher } = await keptKey(flags.keys);
  const waiting = new Deadline(Math.min(administrationMs, deadline.remainingMs()), deadline.signal);
  return openGateways({ ...options, deadline: waiting }, voucher, connectionTo(brokers));
}

/** Topics that are asked for by name; a Kafka of somebody else's gets none from us. */
async function makeTopics(
  admin: KafkaConnection,
  { brokers, topics = [], nodes }: GatewayFlags,
  deadline: Deadline,
): Promise<void> {
  if (brokers !== undefined) return;
  const wanted = topics.map((topic) => ({ topic, partitions: EMBEDDED_PARTITIONS, replicationFactor: nodes }));
  await createTopics(admin, wanted, deadline);
}

/** @returns the ACLs that were not there before */
async function enforce(admin: KafkaConnection, plan: PolicyPlan, deadline: Deadline): Promise<readonly AclEntry[]> {
  const principals = plan.roles.map(({ arn }) => `User:${arn}`);
  const wanted = plan.acls(await listTopics(admin, deadline));
  const { made, stale } = await enforceAcls(admin, principals, wanted, deadline);
  if (stale.length > 0)
    printNotice(`${stale.length} ACLs of these roles that the policies do not say were there; they are gone`);
  return made;
}

function print(plan: PolicyPlan, access: IamAccess, flags: GatewayFlags): void {
  const own = credentialsGiven() !== undefined;
  const roles = plan.roles.map((role, i) => ({ role, secret: own && i === 0 }));
  const { region, topics, groups, clusterArn } = plan;
  const { gatewayBrokers: brokers, caFile } = access;
  if (flags.json === true) {
    const described = roles.map(({ role, secret }) => ({ ...describe(role), ...(secret ? {} : credentialsOf(role)) }));
    const all = { brokers, admin_brokers: access.adminBrokers, ca_file: caFile, region, cluster_arn: clusterArn };
    printLine(JSON.stringify({ ...all, topics, groups, roles: described }));
    return;
  }
  for (const { role, secret } of roles) printLine(clientSettings({ role, secret, brokers, caFile, region }));
  printLine('# ACLs speak of the topics that are there, and of these names; others are denied.');
  printLine(`#   topics: ${named(topics, '--topics')}; groups: ${named(groups, '--groups')}`);
  const admin = access.adminBrokers.join(',');
  printLine(`# Administration, everything allowed and on this machine only: ${admin}`);
  printLine(`# Makes a topic, in a shell without these exports: easy-pubsub topics create NAME --brokers ${admin}`);
  printLine('# It runs until Ctrl-C; what it refuses is told on stderr.');
}

function named(names: readonly string[], option: string): string {
  return names.length === 0 ? `none (${option})` : names.join(', ');
}

function describe({ arn, mayConnect, mayWriteIdempotently }: GatewayRole): object {
  return { arn, may_connect: mayConnect, may_write_idempotently: mayWriteIdempotently };
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: GatewayRole): object {
  return { access_key_id: accessKeyId, secret_access_key: secretAccessKey, session_token: sessionToken };
}

function planOptions(flags: GatewayFlags): PlanOptions {
  const { roleArn, clusterArn, region, topics, groups, transactionalIds } = flags;
  const credentials = credentialsGiven();
  return {
    ...(roleArn === undefined ? {} : { roleArns: roleArn }),
    ...(clusterArn === undefined ? {} : { clusterArn }),
    ...(region === undefined ? {} : { region }),
    ...(topics === undefined ? {} : { topics }),
    ...(groups === undefined ? {} : { groups }),
    ...(transactionalIds === undefined ? {} : { transactionalIds }),
    ...(credentials === undefined ? {} : { credentials }),
  };
}

function credentialsGiven(): PlanOptions['credentials'] {
  const accessKeyId = process.env[ownCredentials.accessKeyId];
  const secretAccessKey = process.env[ownCredentials.secretAccessKey];
  const sessionToken = process.env[ownCredentials.sessionToken];
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}

async function readPolicy(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new pubsub_error('argument_invalid', 'rehearsal', `the policy ${path} cannot be read`, { cause: error });
  });
}

function connectionTo(brokers: readonly string[]): KafkaConnection {
  return kafka_connection(config.create({ connection: { brokers: [...brokers] } }));
}
