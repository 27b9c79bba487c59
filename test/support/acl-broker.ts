import kafkajs, { type AclEntry, type Admin } from 'kafkajs';
import { silentLogger, silentMetrics } from '../../src/base/ports.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';
import { plainListener, startEmbedded, type EmbeddedKafka } from '../../local/kafka/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { createTopics } from '../../src/kafka/admin/create-topics.js';
import { clientUnderTest } from './client.js';
import { patient } from './patience.js';

/** A broker with an authorizer: users log in with PLAIN, and the plain listener allows everything. */
export interface AclBroker extends AsyncDisposable {
  readonly kafka: EmbeddedKafka;
  /** Addresses of the listener with logins. */
  readonly brokers: readonly string[];
  readonly admin: Admin;
  /** Creates a topic, and waits until the broker knows it: kafkajs fails if it does not know it at once. */
  topic(name: string, partitions: number): Promise<void>;
  /** Adds ACL entries for this user. */
  entries(user: string, entries: readonly Omit<AclEntry, 'principal' | 'host'>[]): Promise<void>;
}

export function passwordOf(user: string): string {
  return `${user}-secret`;
}

export async function startAclBroker(users: readonly string[]): Promise<AclBroker> {
  const kafka = await startEmbedded({
    listeners: [
      plainListener(
        'SASL',
        users.map((username) => ({ username, password: passwordOf(username) })),
      ),
    ],
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
  });
  const admin = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  return {
    kafka,
    brokers: kafka.brokersOf('SASL'),
    admin,
    topic: async (topic, partitions) => {
      const wanted = [{ topic, partitions, replicationFactor: 1 }];
      await createTopics(aclConnection(kafka.brokers), wanted, new Deadline(patient(15_000)));
    },
    entries: async (user, entries) => {
      await admin.createAcls({ acl: entries.map((entry) => ({ ...entry, principal: `User:${user}`, host: '*' })) });
    },
    [Symbol.asyncDispose]: async () => {
      await admin.disconnect();
      await kafka[Symbol.asyncDispose]();
    },
  };
}

export const { ALLOW, DENY } = kafkajs.AclPermissionTypes;

/** A connection to brokers of an `AclBroker`; without a user, to the plain listener, which has no logins. */
export function aclConnection(brokers: readonly string[], user?: { name: string; password?: string }): KafkaConnection {
  return {
    client: clientUnderTest,
    brokers,
    clientId: 'acls',
    login:
      user === undefined
        ? { mechanism: 'none' }
        : { mechanism: 'plain', username: user.name, password: user.password ?? passwordOf(user.name) },
    tls: undefined,
    connectionTimeoutMs: 5_000,
    authenticationTimeoutMs: 5_000,
    requestTimeoutMs: 5_000,
    metadataMaxAgeMs: 30_000,
    retryDeniedMs: 0,
    allowAutoTopicCreation: false,
    logger: silentLogger,
    metrics: silentMetrics,
  };
}
