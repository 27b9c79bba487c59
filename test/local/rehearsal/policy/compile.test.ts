import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compileAcls,
  decide,
  kafkaActionNames,
  kafkaActions,
  mayConnect,
  mayWriteIdempotently,
  type PolicyStatement,
} from '../../../../local/rehearsal/policy/index.js';
import type { AclEntry } from '../../../../src/kafka/admin/acls.js';
import { arn, clusterArn, rights, statement } from './statements.js';

const names = {
  clusterArn,
  topics: ['worker', 'reply_to'],
  groups: ['demo-worker-run1', 'other'],
  transactionalIds: ['tx'],
};

/** "ALLOW READ topic worker", so that a table can be read. */
function shown(acls: readonly AclEntry[]): string[] {
  return acls.map(
    ({ permission, operation, resourceType, resourceName }) =>
      `${permission} ${operation} ${resourceType} ${resourceName}`,
  );
}

const compiled = (...statements: PolicyStatement[]): string[] => shown(compileAcls(rights(...statements), names));

describe('each action becomes the ACL that AWS says it equals, and a denial where Kafka implies more', () => {
  test.each([
    ['Connect', clusterArn, []],
    ['DescribeCluster', clusterArn, ['ALLOW DESCRIBE CLUSTER kafka-cluster']],
    ['AlterCluster', clusterArn, ['ALLOW ALTER CLUSTER kafka-cluster', 'DENY DESCRIBE CLUSTER kafka-cluster']],
    ['DescribeClusterDynamicConfiguration', clusterArn, ['ALLOW DESCRIBE_CONFIGS CLUSTER kafka-cluster']],
    [
      'AlterClusterDynamicConfiguration',
      clusterArn,
      ['ALLOW ALTER_CONFIGS CLUSTER kafka-cluster', 'DENY DESCRIBE_CONFIGS CLUSTER kafka-cluster'],
    ],
    ['WriteDataIdempotently', clusterArn, ['ALLOW IDEMPOTENT_WRITE CLUSTER kafka-cluster']],
    ['CreateTopic', arn('topic', 'worker'), ['ALLOW CREATE TOPIC worker']],
    ['DescribeTopic', arn('topic', 'worker'), ['ALLOW DESCRIBE TOPIC worker']],
    ['AlterTopic', arn('topic', 'worker'), ['ALLOW ALTER TOPIC worker', 'DENY DESCRIBE TOPIC worker']],
    ['DeleteTopic', arn('topic', 'worker'), ['ALLOW DELETE TOPIC worker', 'DENY DESCRIBE TOPIC worker']],
    ['DescribeTopicDynamicConfiguration', arn('topic', 'worker'), ['ALLOW DESCRIBE_CONFIGS TOPIC worker']],
    [
      'AlterTopicDynamicConfiguration',
      arn('topic', 'worker'),
      ['ALLOW ALTER_CONFIGS TOPIC worker', 'DENY DESCRIBE_CONFIGS TOPIC worker'],
    ],
    ['ReadData', arn('topic', 'worker'), ['ALLOW READ TOPIC worker', 'DENY DESCRIBE TOPIC worker']],
    ['WriteData', arn('topic', 'worker'), ['ALLOW WRITE TOPIC worker', 'DENY DESCRIBE TOPIC worker']],
    ['DescribeGroup', arn('group', 'other'), ['ALLOW DESCRIBE GROUP other']],
    ['AlterGroup', arn('group', 'other'), ['ALLOW READ GROUP other', 'DENY DESCRIBE GROUP other']],
    ['DeleteGroup', arn('group', 'other'), ['ALLOW DELETE GROUP other', 'DENY DESCRIBE GROUP other']],
    ['DescribeTransactionalId', arn('transactional-id', 'tx'), ['ALLOW DESCRIBE TRANSACTIONAL_ID tx']],
    [
      'AlterTransactionalId',
      arn('transactional-id', 'tx'),
      ['ALLOW WRITE TRANSACTIONAL_ID tx', 'DENY DESCRIBE TRANSACTIONAL_ID tx'],
    ],
  ] as const)('%s', (action, resource, expected) => {
    expect(compiled(statement('Allow', `kafka-cluster:${action}`, resource))).toEqual(expected);
  });

  test('the table knows all of them', () => {
    expect(kafkaActionNames).toHaveLength(19);
  });
});

test('groups of runs: a prefix of the policy becomes the whole names, and no other group', () => {
  expect(
    compiled(
      statement('Allow', ['kafka-cluster:AlterGroup', 'kafka-cluster:DescribeGroup'], arn('group', 'demo-worker-*')),
    ),
  ).toEqual(['ALLOW DESCRIBE GROUP demo-worker-run1', 'ALLOW READ GROUP demo-worker-run1']);
});

test('an explicit Deny leaves nothing of what it names', () => {
  expect(
    compiled(
      statement('Allow', 'kafka-cluster:*Data', '*'),
      statement('Deny', 'kafka-cluster:Read*', arn('topic', 'w*')),
    ),
  ).toEqual([
    'ALLOW READ TOPIC reply_to',
    'ALLOW WRITE TOPIC reply_to',
    'DENY DESCRIBE TOPIC reply_to',
    'ALLOW WRITE TOPIC worker',
    'DENY DESCRIBE TOPIC worker',
  ]);
});

test('a topic’s action on another cluster, or on a group’s ARN, is nothing', () => {
  expect(
    compiled(
      statement('Allow', 'kafka-cluster:ReadData', [
        arn('topic', 'worker').replace('demo', 'prod'),
        arn('group', 'worker'),
      ]),
    ),
  ).toEqual([]);
});

test('entries name the role, come once, and are sorted', () => {
  const all = rights(statement('Allow', '*', '*'));
  const acls = compileAcls(all, { ...names, topics: ['worker', 'worker', 'reply_to'] });
  expect(acls).toEqual(compileAcls(all, names));
  expect(new Set(acls.map(({ principal }) => principal))).toEqual(new Set([`User:${all.arn}`]));
  const texts = acls.map((acl) => `${acl.resourceType} ${acl.resourceName} ${acl.permission} ${acl.operation}`);
  expect(texts).toEqual(texts.toSorted());
});

test('logging in and idempotent writing are decisions for whoever stands before Kafka', () => {
  const one = rights(statement('Allow', 'kafka-cluster:Connect', clusterArn));
  expect([mayConnect(one, clusterArn), mayWriteIdempotently(one, clusterArn)]).toEqual([true, false]);
  const other = rights(statement('Allow', 'kafka-cluster:WriteDataIdempotently', '*'));
  expect([mayConnect(other, clusterArn), mayWriteIdempotently(other, clusterArn)]).toEqual([false, true]);
});

test.each(['', '*'])('the name %j would be every resource, and is refused', (name) => {
  expect(() => compileAcls(rights(), { ...names, groups: [name] })).toThrow('[argument_invalid]');
});

test('what is no ARN of a cluster is refused', () => {
  expect(() => compileAcls(rights(), { ...names, clusterArn: 'demo' })).toThrow('is no ARN of a cluster');
});

test('Kafka, given the ACLs, decides as IAM does: for every action on every name', () => {
  const wild = fc.constantFrom(
    'kafka-cluster:*',
    '*',
    'kafka-cluster:Describe*',
    'kafka-cluster:*Topic*',
    'kafka-cluster:????Data',
    ...kafkaActionNames,
  );
  const on = fc.constantFrom(
    '*',
    clusterArn,
    arn('topic', '*'),
    arn('topic', 'worker'),
    arn('topic', '*_to'),
    arn('group', 'demo-*'),
    arn('group', 'other'),
    arn('transactional-id', 't?'),
  );
  const policy = fc.array(
    fc.record({
      path: fc.constant('test'),
      effect: fc.constantFrom('Allow' as const, 'Allow' as const, 'Deny' as const),
      actions: fc.array(wild, { minLength: 1, maxLength: 3 }),
      resources: fc.array(on, { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(policy, (statements) => {
      const acls = compileAcls(rights(...statements), names);
      for (const action of kafkaActionNames) {
        const { kind, operation } = kafkaActions[action];
        if (operation === undefined) continue;
        const of = {
          cluster: ['kafka-cluster'],
          topic: names.topics,
          group: names.groups,
          'transactional-id': names.transactionalIds,
        };
        for (const name of of[kind]) {
          const resource = kind === 'cluster' ? clusterArn : arn(kind, name);
          const type = kind === 'transactional-id' ? 'TRANSACTIONAL_ID' : kind.toUpperCase();
          const kafka = authorizer(
            acls.filter((acl) => acl.resourceType === type && acl.resourceName === name),
            operation,
          );
          expect([action, name, kafka]).toEqual([action, name, decide(statements, action, resource) === 'allowed']);
        }
      }
    }),
    { numRuns: 300 },
  );
});

/** What Kafka's StandardAuthorizer does with the entries for one resource: denials first, implied rights too. */
function authorizer(acls: readonly AclEntry[], operation: string): boolean {
  const has = (permission: string, ...operations: string[]): boolean =>
    acls.some((acl) => acl.permission === permission && operations.includes(acl.operation));
  if (has('DENY', operation)) return false;
  if (operation === 'DESCRIBE') return has('ALLOW', 'DESCRIBE', 'READ', 'WRITE', 'DELETE', 'ALTER');
  if (operation === 'DESCRIBE_CONFIGS') return has('ALLOW', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS');
  return has('ALLOW', operation);
}
