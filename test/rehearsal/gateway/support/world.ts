import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { generateAuthTokenFromCredentialsProvider } from 'aws-msk-iam-sasl-signer-js';
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
  type AclEntry,
  type Admin,
  type KafkaConfig,
} from 'kafkajs';
import { afterAll, beforeAll } from 'vitest';
import {
  startIamKafka,
  type GatewayRole,
  type IamKafka,
  type IamKafkaOptions,
  type RefusalRecord,
} from '../../../../rehearsal/gateway/index.js';
import { Deadline } from '../../../../src/base/deadline.js';
import { config } from '../../../../src/index.js';
import { createTopics } from '../../../../src/kafka/admin/create-topics.js';
import { kafkaConnection } from '../../../../src/pubsub/kafka-connection.js';
import { embeddedSkip } from '../../../support/broker-machine.js';

export const REGION = 'eu-west-1';
export const ACCOUNT = '123456789012';

/** A role with all rights that a gateway enforces, and with its own keys. */
export function newRole(name: string, changes: Partial<GatewayRole> = {}): GatewayRole {
  const id = randomUUID().replaceAll('-', '').toUpperCase();
  return {
    arn: `arn:aws:iam::${ACCOUNT}:role/${name}`,
    accessKeyId: `ASIA${id.slice(0, 16)}`,
    secretAccessKey: `secret/of+${name}/${id}`,
    sessionToken: `session-token-of-${name}/${id}+==`,
    mayConnect: true,
    mayWriteIdempotently: true,
    ...changes,
  };
}

export type Credentials = Pick<GatewayRole, 'accessKeyId' | 'secretAccessKey' | 'sessionToken'>;

/** A token as AWS's own signer creates it. */
export async function awsToken(credentials: Credentials, signedFor = REGION): Promise<string> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const { token } = await generateAuthTokenFromCredentialsProvider({
    region: signedFor,
    awsCredentialsProvider: () =>
      Promise.resolve({ accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }),
  });
  return token;
}

/** A Kafka with gateways for a test file, and its clients. */
export interface IamWorld {
  kafka: IamKafka;
  ca: string;
  admin: Admin;
  refusals: RefusalRecord[];
  /** Allows these operations on these resources to the role. */
  grant(
    role: GatewayRole,
    resource: AclEntry['resourceType'],
    name: string,
    operations: AclEntry['operation'][],
  ): Promise<void>;
  /** kafkajs as the role, with AWS's signer. */
  client(role: Credentials, changes?: Partial<KafkaConfig>): Kafka;
  /** A topic with a unique name. */
  topic(partitions?: number): Promise<string>;
  /** Resolves when a client of that role has logged in and received an answer. */
  letsIn(role: GatewayRole): Promise<void>;
}

/** Started before the file's tests and stopped after them. If no Kafka can be started, the tests are skipped. */
export function iamWorld(options: Omit<IamKafkaOptions, 'region'>): () => IamWorld {
  let world: IamWorld | undefined;
  let admin: Admin | undefined;
  beforeAll(async () => {
    if ((await embeddedSkip()) !== undefined) return;
    const refusals: RefusalRecord[] = [];
    const kafka = await startIamKafka({ region: REGION, ...options, onRefusal: (refusal) => refusals.push(refusal) });
    const ca = await readFile(kafka.caFile, 'utf8');
    admin = new Kafka({ brokers: [...kafka.adminBrokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    world = worldOf(kafka, ca, admin, refusals);
  });
  afterAll(async () => {
    await admin?.disconnect();
    await world?.kafka.stop();
  });
  return () => {
    if (world === undefined) throw new Error('there is no Kafka: the test should have been skipped');
    return world;
  };
}

function worldOf(kafka: IamKafka, ca: string, admin: Admin, refusals: RefusalRecord[]): IamWorld {
  const client: IamWorld['client'] = (role, changes = {}) =>
    new Kafka({
      brokers: [...kafka.gatewayBrokers],
      ssl: { ca },
      logLevel: logLevel.NOTHING,
      retry: { retries: 1 },
      sasl: {
        mechanism: 'oauthbearer',
        oauthBearerProvider: async () => ({ value: await awsToken(role) }),
      },
      ...changes,
    });
  return {
    kafka,
    ca,
    admin,
    refusals,
    client,
    grant: async (role, resourceType, resourceName, operations) => {
      await admin.createAcls({
        acl: operations.map((operation) => ({
          resourceType,
          resourceName,
          resourcePatternType: ResourcePatternTypes.LITERAL,
          principal: `User:${role.arn}`,
          host: '*',
          operation,
          permissionType: AclPermissionTypes.ALLOW,
        })),
      });
    },
    topic: async (partitions = 1) => {
      const topic = `topic-${randomUUID().slice(0, 8)}`;
      await createTopics(
        kafkaConnection(config.create({ connection: { brokers: [...kafka.adminBrokers] } })),
        [{ topic, partitions, replicationFactor: 1 }],
        new Deadline(20_000),
      );
      return topic;
    },
    letsIn: async (role) => {
      const own = client(role).admin();
      try {
        await own.connect();
        await own.describeCluster();
      } finally {
        await own.disconnect();
      }
    },
  };
}

export { AclOperationTypes as Operation, AclResourceTypes as Resource };
