import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Deadline } from '../../../src/base/deadline.js';
import {
  startEmbedded,
  temporaryFolder,
  Watchdog,
  type EmbeddedKafka,
  type EmbeddedOptions,
} from '../../kafka/index.js';
import { newCertificates } from './certificates.js';
import { BrokerGateway } from './gateway.js';
import { iamListener, iamListenerName, iamProperties, iamSystemProperties } from './iam-listener.js';
import { newVoucher } from './jws.js';
import { Refusals, type Refusal } from './refusals.js';
import { Roles, type RoleSource } from './roles.js';

/** What a Kafka that enforces IAM is to be. */
export interface IamKafkaOptions {
  region: string;
  /** Who may log in. What they may do is for ACLs to say, made through `adminBrokers`. @default nobody yet, see `setRoles` */
  roles?: RoleSource;
  /** 1 to 3. @default 1 */
  nodes?: number;
  /** As 3.9.1. @default `KAFKA_VERSION` in `env`, else in `.env` */
  version?: string;
  /** Longest session, seconds; a token that ends sooner ends it sooner. @default the token's, up to 900, as on MSK */
  sessionSeconds?: number;
  /** From a connection to its login; whoever has not logged in by then is cut off. Milliseconds. @default 10 000 */
  loginTimeoutMs?: number;
  /** Server properties of every node; they win over ours. */
  properties?: Readonly<Record<string, string>>;
  /** How long a group waits for more members before its first assignment. @default 0; MSK has 3000 */
  groupInitialRebalanceDelayMs?: number;
  /** Whether the authorizer's log also says what it allowed. @default false: denials only */
  authorizerDebug?: boolean;
  /** Names beside 127.0.0.1 and localhost that clients may call the brokers by. @default none */
  brokerNames?: readonly string[];
  /** Fixed ports of the gateways, one per node. @default free ones */
  gatewayPorts?: readonly number[];
  /** @default process.env */
  env?: EmbeddedOptions['env'];
  /** Time and signal for the whole start, downloads included. @default 180 s */
  deadline?: Deadline;
  /** Told what is waited for, as short sentences without a full stop. */
  onProgress?: (sentence: string) => void;
  /** Told of everything that the gateways refuse, and why. */
  onRefusal?: (refusal: Refusal) => void;
  /** How long the same refusal, again, has the same id and is told once more only. 0: each is told. @default 10 000 */
  refusalWindowMs?: number;
}

/** A running Kafka that takes the logins of MSK IAM, and nobody's word for who they are. */
export interface IamKafka extends AsyncDisposable {
  /** `host:port` of the TLS gateways, for clients; one per broker. */
  readonly gatewayBrokers: readonly string[];
  /** `host:port` without TLS and login, for whoever administers: everything is allowed there. */
  readonly adminBrokers: readonly string[];
  /** PEM file of the authority that clients have to trust; gone after dispose. */
  readonly caFile: string;
  /** The authorizer's own log, one file per broker: every denial, and with `authorizerDebug` everything that was allowed. */
  readonly authorizerLogs: readonly string[];
  readonly kafka: EmbeddedKafka;
  /** Logins that were accepted so far, renewals included. */
  readonly logins: number;
  /** From now on these may log in, with these rights. Connections that are open stay open. */
  setRoles(roles: RoleSource): void;
  /**
   * The network forgets the connections from these ports of this machine: neither end hears of it, and nothing that
   * either sends arrives.
   */
  loseConnections(ports: readonly number[]): void;
  /** Ends gateways and brokers. Idempotent. */
  stop(): Promise<void>;
}

const startTimeoutMs = 180_000;
const authorizerLogger = 'kafka.authorizer.logger';

/**
 * Starts a real Kafka with gateways in front of its brokers: clients log in as they do on Amazon MSK with IAM, and
 * Kafka's own authorizer decides by ACLs about the role that they proved to be.
 *
 * @throws pubsub_error `kafka_unavailable`, `config_invalid` (the version), `argument_invalid` (roles, nodes), `aborted`
 */
export async function startIamKafka(options: IamKafkaOptions): Promise<IamKafka> {
  const deadline = options.deadline ?? new Deadline(startTimeoutMs);
  const env = options.env ?? process.env;
  const roles = new Roles(options.roles ?? []);
  const refusals = new Refusals((refusal) => options.onRefusal?.(refusal), options.refusalWindowMs);
  // Files that brokers and clients read; the watchdog takes them away again, however we end.
  const watchdog = await Watchdog.start();
  const parts: AsyncDisposable[] = [{ [Symbol.asyncDispose]: () => watchdog.close() }];
  const end = async (): Promise<void> => {
    for (const part of parts.splice(0).reverse()) await part[Symbol.asyncDispose]();
    refusals.close();
  };
  try {
    const brokerHosts = ['127.0.0.1', 'localhost', ...(options.brokerNames ?? [])];
    const [folder, certificates, voucher] = await Promise.all([
      watchdog.folder(temporaryFolder(env), 'easy-pubsub-gateway-'),
      newCertificates(options.brokerNames),
      newVoucher(),
    ]);
    const caFile = join(folder, 'ca.pem');
    const keySetFile = join(folder, 'keys.json');
    await Promise.all([writeFile(caFile, certificates.authority), writeFile(keySetFile, voucher.keySet)]);
    const { region, sessionSeconds, loginTimeoutMs } = options;
    const login = { region, brokerHosts, roles, voucher, ...(sessionSeconds === undefined ? {} : { sessionSeconds }) };
    const gateways: BrokerGateway[] = [];
    for (let i = 0; i < (options.nodes ?? 1); i++) {
      const port = options.gatewayPorts?.[i];
      const listening = {
        certificates,
        login,
        refusals,
        ...(port === undefined ? {} : { port }),
        ...(loginTimeoutMs === undefined ? {} : { loginTimeoutMs }),
      };
      const gateway = await BrokerGateway.listen(listening);
      gateways.push(gateway);
      parts.push(gateway);
    }
    const gatewayBrokers = gateways.map(({ address }) => address);
    const kafka = await startEmbedded(embedded(options, gatewayBrokers, keySetFile, deadline));
    // Gateways end first: their clients are told, not left to find out.
    parts.splice(1, 0, kafka);
    kafka.brokersOf(iamListenerName).forEach((address, i) => {
      const gateway = gateways[i];
      if (gateway !== undefined) gateway.target = address;
    });
    let stopped: Promise<void> | undefined;
    const stop = (): Promise<void> => (stopped ??= end());
    return {
      gatewayBrokers,
      adminBrokers: kafka.brokers,
      caFile,
      authorizerLogs: kafka.nodes.map(({ logFiles }) => logFiles[authorizerLogger] ?? ''),
      kafka,
      get logins() {
        return gateways.reduce((sum, { logins }) => sum + logins, 0);
      },
      setRoles: (source) => roles.set(source),
      loseConnections: (ports) => {
        for (const gateway of gateways) gateway.lose(ports);
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await end();
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
    ...(nodes === undefined ? {} : { nodes }),
    ...(version === undefined ? {} : { version }),
    ...(env === undefined ? {} : { env }),
    ...(onProgress === undefined ? {} : { onProgress }),
    listeners: [iamListener(gatewayBrokers, keySetUrl)],
    jvm: { systemProperties: iamSystemProperties(keySetUrl) },
    loggers: [{ name: authorizerLogger, level: authorizerDebug === true ? 'DEBUG' : 'INFO', ownFile: true }],
    properties: {
      ...iamProperties,
      ...(groupInitialRebalanceDelayMs === undefined
        ? {}
        : { 'group.initial.rebalance.delay.ms': String(groupInitialRebalanceDelayMs) }),
      ...properties,
    },
  };
}
