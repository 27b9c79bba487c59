import { join } from 'node:path';
import type { Command } from 'commander';
import { cacheFolder } from '../../local/kafka/index.js';
import {
  aclsForEveryone,
  allowedWithoutAcls,
  EnforcedRights,
  EVERYONE,
  explainPlan,
  planRoles,
  type PolicyPlan,
  type Remark,
} from '../../rehearsal/enforce/index.js';
import { AuthorizerLogs } from '../../rehearsal/evidence/authorizer-logs.js';
import { DenialFeed } from '../../rehearsal/evidence/denial-feed.js';
import {
  describeRefusal,
  keptKey,
  openGateways,
  startIamKafka,
  writeRunning,
  type IamAccess,
  type IamKafka,
  type IamOptions,
  type RunningGateway,
} from '../../rehearsal/gateway/index.js';
import { onAbort } from '../../src/base/abort.js';
import { Deadline } from '../../src/base/deadline.js';
import { config } from '../../src/index.js';
import { deleteAcls, listAcls } from '../../src/kafka/admin/acls.js';
import { readBrokerSettings } from '../../src/kafka/admin/broker-settings.js';
import { createTopics } from '../../src/kafka/admin/create-topics.js';
import { listTopics } from '../../src/kafka/admin/describe-topics.js';
import { deployedTopics } from '../../src/pubsub/config/new-topics.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { action, printNotice, type ExitCode } from '../action.js';
import { gatewayKeysCommand } from './gateway-keys.js';
import { gatewayLogsCommand } from './gateway-logs.js';
import { credentialsGiven, gatewayOptions, planOptions, type GatewayFlags } from './gateway-options.js';
import { printExports, printJson } from './gateway-print.js';

const START_TIMEOUT_MS = 300_000;
const ADMINISTRATION_MS = 30_000;

/** `easy-pubsub gateway`: MSK's IAM logins on a laptop, for any client. */
export function gatewayCommand(program: Command): void {
  const keys = keysFolder();
  const gateway = gatewayOptions(
    program
      .command('gateway')
      .description('let clients log in as on Amazon MSK with IAM, on a Kafka that enforces IAM policies, until Ctrl-C'),
    keys,
  ).action(action(run));
  gatewayKeysCommand(gateway, keys);
  gatewayLogsCommand(gateway, runningFolder());
}

function keysFolder(): string {
  return join(cacheFolder(process.env), 'gateway');
}

function runningFolder(): string {
  return join(keysFolder(), 'running');
}

async function run(signal: AbortSignal, flags: GatewayFlags): Promise<ExitCode> {
  const { files, options, answers } = await planOptions(flags);
  const plan = planRoles(files, options);
  for (const { path, sentence } of plan.remarks) printNotice(`note: ${path}: ${sentence}`);
  for (const key of answers.unused()) printNotice(`note: --answer ${key}: no policy uses it`);
  const deadline = new Deadline(START_TIMEOUT_MS, signal);
  await using access = await open(plan, flags, deadline);
  const admin = connectionTo(access.adminBrokers);
  await createGivenTopics(admin, flags, deadline);
  await using enforced = EnforcedRights.behind(access, (error) =>
    printNotice(`rights that depend on the time could not be changed; the change is tried again: ${String(error)}`),
  );
  const topics = [...plan.names.topic, ...(await listTopics(admin, deadline))];
  const stale = await enforced.set(plan.rights, plan.cluster.arn, { ...plan.names, topic: topics }, signal);
  if (stale.length > 0)
    printNotice(`${stale.length} ACLs of these roles that the policies do not contain were removed`);
  const remarks = await brokerRemarks(admin, deadline);
  for (const { path, sentence } of remarks) printNotice(`note: ${path} ${sentence}`);
  try {
    await using _denials = await printDenials(plan, access, flags);
    await using _running = await writeRunning(runningFolder(), writtenDown(plan, access));
    const ownCredentials = credentialsGiven() !== undefined;
    const printed = {
      plan: { ...plan, remarks: [...plan.remarks, ...remarks] },
      access,
      ownCredentials,
      embedded: isEmbedded(access),
    };
    if (flags.json === true) printJson(printed);
    else printExports(printed);
    await new Promise<void>((resolve) => onAbort(signal, resolve));
  } finally {
    // Nothing is added while its entries are removed.
    await enforced[Symbol.asyncDispose]();
    // An embedded Kafka is deleted with its ACLs; on other brokers, the earlier ACLs are restored.
    if (flags.brokers !== undefined) await deleteAcls(admin, enforced.made, new Deadline(ADMINISTRATION_MS));
  }
  return 0;
}

/** What the brokers allow besides the policies. */
async function brokerRemarks(admin: KafkaConnection, deadline: Deadline): Promise<Remark[]> {
  const sentences = [
    aclsForEveryone(await listAcls(admin, { principal: EVERYONE }, deadline)),
    allowedWithoutAcls(await readBrokerSettings(admin, deadline)),
  ];
  return sentences.flatMap((sentence) => (sentence === undefined ? [] : { path: 'the brokers', sentence }));
}

function isEmbedded(access: IamAccess | IamKafka): access is IamKafka {
  return 'kafka' in access;
}

async function open(
  plan: PolicyPlan,
  { brokers, port, nodes, keys, sessionSeconds }: GatewayFlags,
  deadline: Deadline,
): Promise<IamAccess | IamKafka> {
  const options: IamOptions = {
    region: plan.region,
    roles: plan.roles,
    deadline,
    onProgress: (sentence) => printNotice(`waiting for ${sentence}`),
    onRefusal: (refusal) => printNotice(describeRefusal(refusal)),
    sessionSeconds,
  };
  if (brokers === undefined) {
    const ports = port === undefined ? {} : { gatewayPorts: Array.from({ length: nodes }, (_, i) => port + i) };
    return startIamKafka({ ...options, nodes, ...ports });
  }
  const { voucher } = await keptKey(keys ?? keysFolder());
  const waiting = new Deadline(Math.min(ADMINISTRATION_MS, deadline.remainingMs()), deadline.signal);
  return openGateways({ ...options, deadline: waiting }, voucher, connectionTo(brokers));
}

/** The topics in the options; none is created on the user's own brokers. */
async function createGivenTopics(
  admin: KafkaConnection,
  { brokers, topics = [], nodes }: GatewayFlags,
  deadline: Deadline,
): Promise<void> {
  if (brokers !== undefined) return;
  const wanted = topics.map((topic) => ({ topic, partitions: deployedTopics.partitions, replicationFactor: nodes }));
  await createTopics(admin, wanted, deadline);
}

/** @returns undefined if the brokers' logs cannot be read */
async function printDenials(
  plan: PolicyPlan,
  access: IamAccess | IamKafka,
  { authorizerLog }: GatewayFlags,
): Promise<DenialFeed | undefined> {
  const files = isEmbedded(access) ? access.authorizerLogs : authorizerLog;
  if (files === undefined) {
    printNotice('note: denials of the brokers are in their own log; --authorizer-log FILE prints them here');
    return undefined;
  }
  return DenialFeed.start(new AuthorizerLogs(files), printNotice, explainPlan(plan), (error) =>
    printNotice(`denials of the brokers can no longer be printed: ${String(error)}`),
  );
}

function writtenDown({ cluster }: PolicyPlan, access: IamAccess | IamKafka): RunningGateway {
  return {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    clusterArn: cluster.arn,
    brokers: [...access.gatewayBrokers],
    brokerLogs: isEmbedded(access) ? access.kafka.nodes.map(({ logFile }) => logFile) : [],
    authorizerLogs: isEmbedded(access) ? [...access.authorizerLogs] : [],
  };
}

function connectionTo(brokers: readonly string[]): KafkaConnection {
  return kafkaConnection(config.create({ connection: { brokers: [...brokers] } }));
}
