import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka,
  logLevel,
  ResourcePatternTypes,
} from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { plainListener, startEmbedded, type EmbeddedKafka } from '../../local/kafka/index.js';
import { Deadline } from '../../src/base/deadline.js';
import { silent_logger } from '../../src/base/ports.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';
import { kafka_rights, probeRights, type KafkaRight, type WantedRight } from '../../src/kafka/rights.js';

/** What Kafka calls these rights (AWS: each action is "equivalent to Kafka's … ACL"). */
const operations: Readonly<
  Record<Exclude<KafkaRight, 'Connect'>, { type: 'topic' | 'group'; operation: AclOperationTypes }>
> = {
  DescribeTopic: { type: 'topic', operation: AclOperationTypes.DESCRIBE },
  ReadData: { type: 'topic', operation: AclOperationTypes.READ },
  WriteData: { type: 'topic', operation: AclOperationTypes.WRITE },
  DescribeGroup: { type: 'group', operation: AclOperationTypes.DESCRIBE },
  AlterGroup: { type: 'group', operation: AclOperationTypes.READ },
  DeleteGroup: { type: 'group', operation: AclOperationTypes.DELETE },
};
const names = { topic: 'asked', group: 'asked-group' } as const;
const rights = kafka_rights.filter((right) => right !== 'Connect');
const wanted: WantedRight[] = [
  { right: 'Connect', on: '' },
  ...rights.map((right) => ({ right, on: names[operations[right].type] })),
];

let kafka: EmbeddedKafka;

beforeAll(async () => {
  const users = ['all', 'nothing', ...rights].map((username) => ({ username, password: `${username}-secret` }));
  kafka = await startEmbedded({
    listeners: [plainListener('SASL', users)],
    properties: {
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
  });
  const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: names.topic, numPartitions: 1, replicationFactor: 1 }] });
  const entry = (user: string, right: Exclude<KafkaRight, 'Connect'>, permissionType: AclPermissionTypes) => ({
    principal: `User:${user}`,
    host: '*',
    resourceType: operations[right].type === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
    resourceName: names[operations[right].type],
    resourcePatternType: ResourcePatternTypes.LITERAL,
    operation: operations[right].operation,
    permissionType,
  });
  // A user by a right's name has all but this one; the denial is there because Kafka takes "describe" for included.
  const acl = ['all', ...rights].flatMap((user) =>
    rights.map((right) => entry(user, right, right === user ? AclPermissionTypes.DENY : AclPermissionTypes.ALLOW)),
  );
  await admin.createAcls({ acl });
  await admin.disconnect();
});
afterAll(() => kafka[Symbol.asyncDispose]());

function connectionOf(username: string, password = `${username}-secret`): KafkaConnection {
  return {
    brokers: kafka.brokersOf('SASL'),
    clientId: 'rights',
    login: { mechanism: 'plain', username, password },
    tls: undefined,
    connectionTimeoutMs: 5_000,
    authenticationTimeoutMs: 5_000,
    requestTimeoutMs: 5_000,
    metadataMaxAgeMs: 30_000,
    retryDeniedMs: 0,
    allowAutoTopicCreation: false,
    logger: silent_logger,
  };
}

async function denied(username: string, password?: string): Promise<string[]> {
  const findings = await probeRights(connectionOf(username, password), wanted, new Deadline(15_000));
  expect(findings.map(({ right }) => right)).toEqual(kafka_rights);
  return findings.filter(({ answer }) => answer === 'denied').map(({ right }) => right);
}

describe('rights, each by itself', () => {
  test('who has all of them is denied none', async () => {
    expect(await denied('all')).toEqual([]);
  });

  test('who has none is denied all but the login', async () => {
    expect(await denied('nothing')).toEqual(rights);
  });

  test.each(rights)('of one who has all but %s, it is this one that is missing', async (right) => {
    expect(await denied(right)).toEqual([right]);
  });

  test('a refused login is told, and nothing is said about the rest', async () => {
    const findings = await probeRights(connectionOf('all', 'wrong'), wanted, new Deadline(15_000));
    expect(findings.map(({ answer }) => answer)).toEqual(['denied', ...rights.map(() => 'unknown')]);
  });
});

test('a topic that is not there is no denial, and nothing is written or read to find out', async () => {
  const findings = await probeRights(
    connectionOf('all'),
    [
      { right: 'DescribeTopic', on: names.topic },
      { right: 'WriteData', on: names.topic },
    ],
    new Deadline(15_000),
  );
  expect(findings.map(({ answer }) => answer)).toEqual(['granted', 'granted']);
  const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  expect((await admin.fetchTopicOffsets(names.topic)).map(({ high }) => high)).toEqual(['0']);
  await admin.disconnect();
});

test('where nobody answers, that is an error', async () => {
  const nowhere = { ...connectionOf('all'), brokers: ['127.0.0.1:1'] };
  await expect(probeRights(nowhere, wanted, new Deadline(15_000))).rejects.toMatchObject({
    code: 'connection_refused',
  });
});
