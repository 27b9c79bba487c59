import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Deadline } from '../../src/base/deadline.js';
import { startEmbedded, type EmbeddedKafka, type EmbeddedOptions } from '../../local/kafka/index.js';
import { Opened, type IamAccess } from './access.js';
import type { IamOptions } from './options.js';
import { iamListener, IAM_LISTENER_NAME, iamProperties, iamSystemProperties } from './iam-listener.js';
import { newVoucher } from './login/jws.js';

/** Options of a Kafka that enforces IAM. */
export interface IamKafkaOptions extends IamOptions {
  /** 1 to 3. @default 1 */
  nodes?: number | undefined;
  /** For example 3.9.1. @default `KAFKA_VERSION` in `env`, else in `.env` */
  version?: string | undefined;
  /** Server properties of every node; they override the defaults. */
  properties?: Readonly<Record<string, string>> | undefined;
  /** How long a group waits for more members before its first assignment. @default 0; MSK has 3000 */
  groupInitialRebalanceDelayMs?: number | undefined;
  /** Whether the authorizer also logs what it allowed. @default false: denials only */
  authorizerDebug?: boolean | undefined;
  /** Fixed ports of the gateways, one per node. @default free ports */
  gatewayPorts?: readonly number[] | undefined;
}

/** A running Kafka that accepts the logins of MSK with IAM, and verifies them. */
export interface IamKafka extends IamAccess {
  /**
   * The authorizer's log, one file per broker: every denial, and with `authorizerDebug` also everything that was
   * allowed.
   */
  readonly authorizerLogs: readonly string[];
  readonly kafka: EmbeddedKafka;
}

const START_TIMEOUT_MS = 180_000;
const AUTHORIZER_LOGGER = 'kafka.authorizer.logger';

/**
 * Starts a real Kafka with gateways in front of its brokers. Clients log in as they do on Amazon MSK with IAM, and
 * Kafka's own authorizer decides by ACLs for the role of the login.
 *
 * @throws pubsub_error `kafka_unavailable`, `config_invalid` (the version), `argument_invalid` (roles, nodes),
 * `aborted`
 */
export async function startIamKafka(options: IamKafkaOptions): Promise<IamKafka> {
  const deadline = options.deadline ?? new Deadline(START_TIMEOUT_MS);
  const voucher = await newVoucher();
  const ports = options.gatewayPorts ?? Array.from({ length: options.nodes ?? 1 }, () => 0);
  const opened = await Opened.open(options, voucher, ports);
  try {
    const keySetFile = join(opened.folder, 'keys.json');
    await writeFile(keySetFile, voucher.keySet);
    const kafka = await startEmbedded(embedded(options, opened.gateways.addresses, keySetFile, deadline));
    const targets = kafka.brokersOf(IAM_LISTENER_NAME);
    const access = await opened.lead({ adminBrokers: kafka.brokers, targets, behind: kafka });
    const authorizerLogs = kafka.nodes.map(({ logFiles }) => logFiles[AUTHORIZER_LOGGER] ?? '');
    return { ...access, kafka, authorizerLogs };
  } catch (error) {
    await opened.stop();
    throw error;
  }
}

function embedded(
  options: IamKafkaOptions,
  gatewayBrokers: readonly string[],
  keySetFile: string,
  deadline: Deadline,
): EmbeddedOptions {
  const { nodes, version, properties, groupInitialRebalanceDelayMs, authorizerDebug, env, onProgress } = options;
  const keySetUrl = pathToFileURL(keySetFile).href;
  return {
    deadline,
    nodes,
    version,
    env,
    onProgress,
    listeners: [iamListener(gatewayBrokers, keySetUrl)],
    jvm: { systemProperties: iamSystemProperties(keySetUrl) },
    loggers: [{ name: AUTHORIZER_LOGGER, level: authorizerDebug === true ? 'DEBUG' : 'INFO', ownFile: true }],
    properties: {
      ...iamProperties,
      ...(groupInitialRebalanceDelayMs === undefined
        ? {}
        : { 'group.initial.rebalance.delay.ms': String(groupInitialRebalanceDelayMs) }),
      ...properties,
    },
  };
}
