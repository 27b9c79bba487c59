import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileAcls, decideForRole, type PolicyStatement, type RoleRights } from '../../../rehearsal/policy/index.js';
import { Deadline } from '../../../src/base/deadline.js';
import {
  compareAcls,
  createAcls,
  deleteAcls,
  listAcls,
  untilAcls,
  type AclEntry,
} from '../../../src/kafka/admin/acls.js';
import { describeGroups } from '../../../src/kafka/admin/groups.js';
import type { KafkaConnection } from '../../../src/kafka/connection.js';
import { kafkaRights, probeRights, type WantedRight } from '../../../src/kafka/admin/rights.js';
import { aclConnection, startAclBroker, type AclBroker } from '../../support/acl-broker.js';
import { refusal } from '../../support/refusal.js';
import { until } from '../../support/until.js';

const CLUSTER_ARN = 'arn:aws:kafka:eu-west-1:111122223333:cluster/demo/0a1b2c3d-0000-4000-8000-000000000000-1';
const arn = (kind: 'topic' | 'group', name: string): string =>
  `${CLUSTER_ARN.replace(':cluster/', `:${kind}/`)}/${name}`;
const rights = kafkaRights.filter((right) => right !== 'Connect');
const names = { topics: ['asked', 'other'], groups: ['asked-run1', 'other'] };
const users = [
  'lister',
  'prefix',
  'denied',
  'families',
  'describer',
  ...rights.flatMap((right) => [`only-${right}`, `but-${right}`]),
];
const deadline = (): Deadline => new Deadline(15_000);

let broker: AclBroker;

beforeAll(async () => {
  broker = await startAclBroker(users);
  for (const topic of names.topics) await broker.topic(topic, 1);
});
afterAll(() => broker[Symbol.asyncDispose]());

function connectionOf(username?: string): KafkaConnection {
  return username === undefined
    ? aclConnection(broker.kafka.brokers)
    : aclConnection(broker.brokers, { name: username });
}

async function listed(principal: string): Promise<AclEntry[]> {
  return listAcls(connectionOf(), { principal }, deadline());
}

function rightsOf(statements: readonly PolicyStatement[]): RoleRights {
  return { arn: 'arn:aws:iam::111122223333:role/test', own: { name: 'test', statements }, limits: [] };
}

/** Creates a policy's ACLs, waits until the authorizer has them, and asks the broker which rights this user has. */
async function answers(user: string, statements: PolicyStatement[]): Promise<Record<string, string>> {
  const { entries, entriesFor } = compileAcls(rightsOf(statements), CLUSTER_ARN);
  const acls = [
    ...entries,
    ...names.topics.flatMap((name) => entriesFor('topic', name)),
    ...names.groups.flatMap((name) => entriesFor('group', name)),
  ].map((entry) => ({ ...entry, principal: `User:${user}` }));
  await createAcls(connectionOf(), acls, deadline());
  await untilAcls(connectionOf(), { present: acls }, deadline());
  expect(await listed(`User:${user}`)).toEqual(acls.sort(compareAcls));
  const findings = await probeRights(connectionOf(user), wanted, deadline());
  return Object.fromEntries(findings.map(({ right, on, answer }) => [`${right} ${on}`, answer]));
}

const wanted: WantedRight[] = rights.flatMap((right) =>
  (right.endsWith('Group') ? names.groups : names.topics).map((on) => ({ right, on })),
);

/** IAM's answers to the same questions. */
function byIam(statements: PolicyStatement[]): Record<string, string> {
  return Object.fromEntries(
    wanted.map(({ right, on }) => {
      const resource = arn(right.endsWith('Group') ? 'group' : 'topic', on);
      const decision = decideForRole(rightsOf(statements), `kafka-cluster:${right}`, resource);
      return [`${right} ${on}`, decision === 'allowed' ? 'granted' : 'denied'];
    }),
  );
}

const all = rights.map((right) => `kafka-cluster:${right}`);
const on = [arn('topic', 'asked'), arn('group', 'asked-*')];
const statement = (effect: 'Allow' | 'Deny', actions: string[], resources = on): PolicyStatement => ({
  path: 'test',
  effect,
  actions,
  resources,
});

describe('a policy, as ACLs on a real broker', () => {
  test.each(rights)('that allows all actions except %s: the broker denies only this one', async (right) => {
    const statements = [
      statement(
        'Allow',
        all.filter((action) => !action.endsWith(`:${right}`)),
      ),
    ];
    expect(await answers(`but-${right}`, statements)).toEqual(byIam(statements));
  });

  test.each(rights)('that allows only %s: the broker allows only this one', async (right) => {
    const statements = [statement('Allow', [`kafka-cluster:${right}`])];
    expect(await answers(`only-${right}`, statements)).toEqual(byIam(statements));
  });

  test('with wildcards and a Deny statement', async () => {
    const statements = [
      statement('Allow', ['kafka-cluster:*'], ['*']),
      statement(
        'Deny',
        ['kafka-cluster:Read*', 'kafka-cluster:DeleteGroup'],
        [arn('topic', 'a*'), arn('group', '*run?')],
      ),
    ];
    const answered = await answers('denied', statements);
    expect(answered).toEqual(byIam(statements));
    expect(answered).toMatchObject({ 'ReadData asked': 'denied', 'ReadData other': 'granted' });
  });

  test('with prefixes only: names that no statement contains', async () => {
    const statements = [
      statement('Allow', ['kafka-cluster:*'], [arn('topic', 'a*'), arn('group', '*')]),
      statement('Deny', ['kafka-cluster:DeleteGroup', 'kafka-cluster:DescribeTopic'], ['*']),
    ];
    const answered = await answers('families', statements);
    expect(answered).toEqual(byIam(statements));
    expect(answered).toMatchObject({ 'WriteData asked': 'granted', 'DescribeTopic asked': 'denied' });
  });
});

const mayRead = { resourceType: 'TOPIC', operation: 'READ', permission: 'ALLOW' } as const;

test('ACLs for a prefix are listed as prefixed, and every broker has them after the wait', async () => {
  const entry: AclEntry = {
    ...mayRead,
    principal: 'User:waiter',
    resourceName: 'orders-',
    pattern: 'PREFIXED',
  };
  const { pattern: _pattern, ...literal } = entry;
  await createAcls(connectionOf(), [entry, literal], deadline());
  await untilAcls(connectionOf(), { present: [entry, literal] }, deadline());
  expect(await listed('User:waiter')).toEqual([literal, entry]);
  await deleteAcls(connectionOf(), [entry], deadline());
  await untilAcls(connectionOf(), { present: [literal], absent: [entry] }, deadline());
  expect(await listed('User:waiter')).toEqual([literal]);
  const never = untilAcls(connectionOf(), { present: [entry] }, new Deadline(300));
  expect((await refusal(never)).code).toBe('deadline_exceeded');
});

test('ACLs are added, listed, and removed one by one, and repeating this is not an error', async () => {
  const entry = (operation: AclEntry['operation'], permission: AclEntry['permission'] = 'ALLOW'): AclEntry => ({
    principal: 'User:lister',
    resourceType: 'TOPIC',
    resourceName: 'asked',
    operation,
    permission,
  });
  const entries = [entry('READ'), entry('WRITE'), entry('DESCRIBE', 'DENY')].sort(compareAcls);
  for (const _ of [1, 2]) await createAcls(connectionOf(), entries, deadline());
  await until('the entries are known', async () => (await listed('User:lister')).length === 3);
  expect(await listed('User:lister')).toEqual(entries);
  // Entries of another principal are not among them; without a filter they are.
  expect(await listAcls(connectionOf(), {}, deadline())).toEqual(expect.arrayContaining(entries));
  for (const _ of [1, 2]) await deleteAcls(connectionOf(), [entry('WRITE')], deadline());
  await until('the entries are known', async () => (await listed('User:lister')).length === 2);
  expect(await listed('User:lister')).toEqual(entries.filter(({ operation }) => operation !== 'WRITE'));
  await createAcls(connectionOf(), [], deadline());
  await deleteAcls(connectionOf(), [], deadline());
  expect(await listed('User:lister')).toHaveLength(2);
});

test('a user who may not change ACLs gets an error that says so', async () => {
  const entry: AclEntry = {
    ...mayRead,
    principal: 'User:prefix',
    resourceName: 'asked',
  };
  const error = await refusal(createAcls(connectionOf('prefix'), [entry], deadline()));
  expect(error.code).toBe('not_authorized');
  expect(await listed('User:prefix')).toEqual([]);
});

test('a group that may be listed but not described is named, and does not hide the others', async () => {
  const admin = new Kafka({ brokers: [...broker.kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    for (const groupId of ['shown', 'hidden'])
      await admin.setOffsets({ groupId, topic: 'asked', partitions: [{ partition: 0, offset: '0' }] });
  } finally {
    await admin.disconnect();
  }
  const entry = { principal: 'User:describer', operation: 'DESCRIBE', permission: 'ALLOW' } as const;
  await createAcls(
    connectionOf(),
    [
      { ...entry, resourceType: 'CLUSTER', resourceName: 'kafka-cluster' },
      { ...entry, resourceType: 'GROUP', resourceName: 'shown' },
    ],
    deadline(),
  );
  await until('the entries are known', async () => (await listed('User:describer')).length === 2);
  const { groups, denied } = await describeGroups(connectionOf('describer'), deadline());
  expect([groups.map(({ group }) => group), denied]).toEqual([['shown'], ['hidden']]);
});
