import { Kafka, logLevel, type Cluster, type Consumer, type ConsumerConfig, type SASLOptions } from 'kafkajs';
import type { KafkaConnection } from './connection.js';
import { IamTokens, signWithAws } from './msk-iam-token.js';
import { Sockets } from './sockets.js';

/** How often kafkajs tries again by itself, and how long it waits. */
export interface ClientRetries {
  retries: number;
  initialRetryTime: number;
  maxRetryTime: number;
}

/** No retry inside kafkajs: whoever uses the client tries again, counts it and shows it. */
export const noRetries: ClientRetries = { retries: 0, initialRetryTime: 50, maxRetryTime: 50 };

/** A kafkajs client and the sockets it uses. Each purpose has its own: kafkajs shares committed offsets within one. */
export interface KafkaClient {
  readonly kafka: Kafka;
  readonly sockets: Sockets;
}

export function createClient(connection: KafkaConnection, retries: ClientRetries): KafkaClient {
  const sockets = new Sockets(connection.connectionTimeoutMs);
  const sasl = saslOf(connection);
  const kafka = new Kafka({
    brokers: [...connection.brokers],
    clientId: connection.clientId,
    ssl: connection.tls === undefined ? false : { ...connection.tls },
    ...(sasl === undefined ? {} : { sasl }),
    connectionTimeout: connection.connectionTimeoutMs,
    authenticationTimeout: connection.authenticationTimeoutMs,
    // More would make kafkajs log in again before every request of a short session.
    reauthenticationThreshold: 10_000,
    requestTimeout: connection.requestTimeoutMs,
    enforceRequestTimeout: true,
    retry: { ...retries, restartOnFailure: () => Promise.resolve(false) },
    socketFactory: sockets.factory,
    logLevel: logLevel.WARN,
    // What kafkajs calls an error is often the first of several attempts: ours to judge, theirs to mention.
    logCreator:
      () =>
      ({ namespace, log }) => {
        const { message, ...rest } = log;
        connection.logger.debug(`kafkajs ${namespace}: ${message}`, withoutNoise(rest));
      },
  });
  return { kafka, sockets };
}

/**
 * A consumer and the `Cluster` that it works with. kafkajs hands that object, documented and typed, to partition
 * assigners; through it we read offsets and committed positions over the consumer's own connections.
 */
export function createConsumer(client: KafkaClient, options: ConsumerConfig): { consumer: Consumer; cluster: Cluster } {
  let cluster: Cluster | undefined;
  const consumer = client.kafka.consumer({
    ...options,
    partitionAssigners: (options.partitionAssigners ?? [idleAssigner]).map((create) => (config) => {
      cluster = config.cluster;
      return create(config);
    }),
  });
  if (cluster === undefined) throw new Error('kafkajs did not hand its cluster to the partition assigner');
  // A broker that does not answer: see Sockets.
  consumer.on(consumer.events.REQUEST_TIMEOUT, ({ payload }) => {
    client.sockets.destroyBroker(payload.broker, `${payload.broker} did not answer ${payload.apiName} in time`);
  });
  return { consumer, cluster };
}

/** For consumers that are never run: they are only asked for their cluster. */
const idleAssigner = (): ReturnType<NonNullable<ConsumerConfig['partitionAssigners']>[number]> => ({
  name: 'none',
  version: 1,
  assign: () => Promise.resolve([]),
  protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
});

function saslOf(connection: KafkaConnection): SASLOptions | undefined {
  const { login } = connection;
  switch (login.mechanism) {
    case 'none':
      return undefined;
    case 'msk_iam': {
      const { region } = login;
      const tokens = new IamTokens(() => signWithAws(region), connection.authenticationTimeoutMs);
      return { mechanism: 'oauthbearer', oauthBearerProvider: tokens.provide };
    }
    case 'plain':
      return { mechanism: 'plain', username: login.username, password: login.password };
    case 'scram_sha_256':
      return { mechanism: 'scram-sha-256', username: login.username, password: login.password };
    case 'scram_sha_512':
      return { mechanism: 'scram-sha-512', username: login.username, password: login.password };
  }
}

function withoutNoise(fields: Record<string, unknown>): Record<string, unknown> {
  const { timestamp: _timestamp, logger: _logger, stack: _stack, helpUrl: _helpUrl, ...rest } = fields;
  return rest;
}
