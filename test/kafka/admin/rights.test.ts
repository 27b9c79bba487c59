import { AclOperationTypes, AclResourceTypes, ResourcePatternTypes } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import type { KafkaConnection } from '../../../src/kafka/connection.js';
import { kafkaRights, probeRights, type KafkaRight, type WantedRight } from '../../../src/kafka/admin/rights.js';
import { ALLOW, DENY, aclConnection, startAclBroker, type AclBroker } from '../../support/acl-broker.js';

/** Kafka's names of these rights (AWS: each action is "equivalent to Kafka's … ACL"). */
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
const rights = kafkaRights.filter((right) => right !== 'Connect');
const wanted: WantedRight[] = [
  { right: 'Connect', on: '' },
  ...rights.map((right) => ({ right, on: names[operations[right].type] })),
];

let broker: AclBroker;

beforeAll(async () => {
  broker = await startAclBroker(['all', 'nothing', ...rights]);
  await broker.topic(names.topic, 1);
  for (const user of ['all', ...rights]) {
    await broker.entries(
      user,
      rights.map((right) => ({
        resourceType: operations[right].type === 'topic' ? AclResourceTypes.TOPIC : AclResourceTypes.GROUP,
        resourceName: names[operations[right].type],
        resourcePatternType: ResourcePatternTypes.LITERAL,
        operation: operations[right].operation,
        // A user with the name of a right has all others. It needs the denial, because Kafka implies "describe".
        permissionType: right === user ? DENY : ALLOW,
      })),
    );
  }
});
afterAll(() => broker[Symbol.asyncDispose]());

function connectionOf(name: string, password?: string): KafkaConnection {
  return aclConnection(broker.brokers, { name, ...(password === undefined ? {} : { password }) });
}

async function denied(username: string, password?: string): Promise<string[]> {
  const findings = await probeRights(connectionOf(username, password), wanted, new Deadline(15_000));
  expect(findings.map(({ right }) => right)).toEqual(kafkaRights);
  return findings.filter(({ answer }) => answer === 'denied').map(({ right }) => right);
}

describe('testing each right separately', () => {
  test('reports no denied right for a user that has all', async () => {
    expect(await denied('all')).toEqual([]);
  });

  test('reports all rights except the login as denied for a user that has none', async () => {
    expect(await denied('nothing')).toEqual(rights);
  });

  test.each(rights)('reports only %s as missing for a user that has all others', async (right) => {
    expect(await denied(right)).toEqual([right]);
  });

  test('reports a refused login, and nothing about the other rights', async () => {
    const findings = await probeRights(connectionOf('all', 'wrong'), wanted, new Deadline(15_000));
    expect(findings.map(({ answer }) => answer)).toEqual(['denied', ...rights.map(() => 'unknown')]);
  });
});

test('a missing topic is not reported as a denial, and testing a right writes and reads nothing', async () => {
  const findings = await probeRights(
    connectionOf('all'),
    [
      { right: 'DescribeTopic', on: names.topic },
      { right: 'WriteData', on: names.topic },
    ],
    new Deadline(15_000),
  );
  expect(findings.map(({ answer }) => answer)).toEqual(['granted', 'granted']);
  expect((await broker.admin.fetchTopicOffsets(names.topic)).map(({ high }) => high)).toEqual(['0']);
});

test('testing rights fails if no broker answers', async () => {
  const nowhere = { ...connectionOf('all'), brokers: ['127.0.0.1:1'] };
  await expect(probeRights(nowhere, wanted, new Deadline(15_000))).rejects.toMatchObject({
    code: 'connection_refused',
  });
});
