import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Answers } from '../../../../rehearsal/answers.js';
import {
  compileAcls,
  kafkaActionNames,
  kafkaActions,
  mayConnect,
  mayWriteIdempotently,
  namedKinds,
  policyStatements,
  type PolicyStatement,
  type RoleAcls,
} from '../../../../rehearsal/policy/index.js';
import type { AclEntry } from '../../../../src/kafka/admin/acls.js';
import { bruteForce, type Document } from '../brute-force.js';
import { answers, anyDocument, context, NOW_MS, SESSION_ARN } from '../random-policies.js';
import { arn, CLUSTER_ARN, rights, ROLE_ARN, statement } from '../statements.js';

/** "ALLOW READ topic worker", to make tables readable; "orders-…" for a prefix. */
function shown(acls: readonly AclEntry[]): string[] {
  return acls.map(
    ({ permission, operation, resourceType, resourceName, pattern }) =>
      `${permission} ${operation} ${resourceType} ${resourceName}${pattern === undefined ? '' : '…'}`,
  );
}

const compile = (...statements: PolicyStatement[]): RoleAcls => compileAcls(rights(...statements), CLUSTER_ARN);
const compiled = (...statements: PolicyStatement[]): string[] => shown(compile(...statements).entries);

test('a variable with the time has the time that the rights are compiled for', () => {
  const at = statement('Allow', 'kafka-cluster:CreateTopic', arn('topic', 'at-${aws:EpochTime}'));
  const { entries } = compileAcls(rights({ ...at, variables: true }), CLUSTER_ARN, NOW_MS);
  expect(shown(entries)).toEqual([`ALLOW CREATE TOPIC at-${Math.floor(NOW_MS / 1_000)}`]);
});

describe('each action becomes the ACL that AWS documents as equivalent, and a denial if Kafka implies more', () => {
  test.each([
    ['Connect', CLUSTER_ARN, []],
    ['DescribeCluster', CLUSTER_ARN, ['ALLOW DESCRIBE CLUSTER kafka-cluster']],
    ['AlterCluster', CLUSTER_ARN, ['ALLOW ALTER CLUSTER kafka-cluster', 'DENY DESCRIBE CLUSTER kafka-cluster']],
    ['DescribeClusterDynamicConfiguration', CLUSTER_ARN, ['ALLOW DESCRIBE_CONFIGS CLUSTER kafka-cluster']],
    [
      'AlterClusterDynamicConfiguration',
      CLUSTER_ARN,
      ['ALLOW ALTER_CONFIGS CLUSTER kafka-cluster', 'DENY DESCRIBE_CONFIGS CLUSTER kafka-cluster'],
    ],
    ['WriteDataIdempotently', CLUSTER_ARN, ['ALLOW IDEMPOTENT_WRITE CLUSTER kafka-cluster']],
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

describe('names with wildcards', () => {
  const read = ['kafka-cluster:ReadData', 'kafka-cluster:DescribeTopic'];
  const readers = (name: string): PolicyStatement => statement('Allow', read, arn('topic', name));
  const noReaders = (name: string): PolicyStatement => statement('Deny', 'kafka-cluster:*', arn('topic', name));

  test('a prefix is one entry, whatever names exist', () => {
    const { entries, namesToDecide } = compile(readers('orders-*'));
    expect(shown(entries)).toEqual(['ALLOW DESCRIBE TOPIC orders-…', 'ALLOW READ TOPIC orders-…']);
    expect(namesToDecide).toEqual(new Set());
  });

  test('a star is one entry too, also one that begins before the name', () => {
    for (const resource of ['*', 'arn:aws:kafka:*', CLUSTER_ARN.replace(/:cluster.*/, ':topic/demo/*')]) {
      expect(compiled(statement('Allow', 'kafka-cluster:CreateTopic', resource))).toEqual(['ALLOW CREATE TOPIC *']);
    }
  });

  test('a Deny on a prefix, or on a name with that prefix, is an entry', () => {
    expect(compiled(readers('*'), noReaders('secret-*'), noReaders('orders'))).toEqual([
      'ALLOW DESCRIBE TOPIC *',
      'ALLOW READ TOPIC *',
      'DENY DESCRIBE TOPIC orders',
      'DENY READ TOPIC orders',
      'DENY DESCRIBE TOPIC secret-…',
      'DENY READ TOPIC secret-…',
    ]);
  });

  test('with the right to read by prefix and no right to describe, describe is denied by prefix', () => {
    expect(compiled(statement('Allow', 'kafka-cluster:ReadData', arn('topic', 'orders-*')))).toEqual([
      'ALLOW READ TOPIC orders-…',
      'DENY DESCRIBE TOPIC orders-…',
    ]);
  });

  test('names for a star in the middle are decided one by one, and nothing is allowed before', () => {
    const acls = compile(readers('orders-*-v1'));
    expect(acls.entries).toEqual([]);
    expect(acls.namesToDecide).toEqual(new Set(['topic']));
    expect(shown(acls.entriesFor('topic', 'orders-5-v1'))).toEqual([
      'ALLOW DESCRIBE TOPIC orders-5-v1',
      'ALLOW READ TOPIC orders-5-v1',
    ]);
    expect(acls.entriesFor('topic', 'orders-5-v2')).toEqual([]);
    expect(acls.entriesFor('group', 'orders-5-v1')).toEqual([]);
  });

  test('another Allow with a prefix keeps its entry', () => {
    const acls = compile(readers('orders-*-v1'), readers('audit-*'), readers('orders-eu-*'));
    expect(shown(acls.entries)).toEqual([
      'ALLOW DESCRIBE TOPIC audit-…',
      'ALLOW READ TOPIC audit-…',
      'ALLOW DESCRIBE TOPIC orders-eu-…',
      'ALLOW READ TOPIC orders-eu-…',
    ]);
    // Allowed by its prefix already.
    expect(acls.entriesFor('topic', 'orders-eu-v1')).toEqual([]);
  });

  test('a Deny with a star in the middle prevents an entry for a prefix around it', () => {
    const acls = compile(readers('*'), noReaders('orders-*-v1'));
    expect(acls.entries).toEqual([]);
    expect(shown(acls.entriesFor('topic', 'orders-5-v2'))).toEqual([
      'ALLOW DESCRIBE TOPIC orders-5-v2',
      'ALLOW READ TOPIC orders-5-v2',
    ]);
    expect(acls.entriesFor('topic', 'orders-5-v1')).toEqual([]);
  });

  test('if a denial would need an exception, names are decided one by one', () => {
    const acls = compile(
      statement('Allow', 'kafka-cluster:ReadData', arn('topic', 'orders-*')),
      statement('Allow', 'kafka-cluster:DescribeTopic', arn('topic', 'orders-eu-*')),
    );
    expect(acls.entries).toEqual([]);
    expect(shown(acls.entriesFor('topic', 'orders-eu-1'))).toEqual([
      'ALLOW DESCRIBE TOPIC orders-eu-1',
      'ALLOW READ TOPIC orders-eu-1',
    ]);
    expect(shown(acls.entriesFor('topic', 'orders-us-1'))).toEqual([
      'ALLOW READ TOPIC orders-us-1',
      'DENY DESCRIBE TOPIC orders-us-1',
    ]);
  });

  test.each(['', '*'])('the name %j, which means none or all to Kafka, gets no entry of its own', (name) => {
    expect(compile(readers('?*')).entriesFor('group', name)).toEqual([]);
    expect(
      compile(statement('Allow', '*', arn('group', '*-v1')), statement('Deny', '*', arn('group', 'x*-v1'))).entriesFor(
        'group',
        name,
      ),
    ).toEqual([]);
  });
});

test('an explicit Deny removes all rights that it names', () => {
  expect(
    compiled(
      statement('Allow', 'kafka-cluster:*Data', [arn('topic', 'worker'), arn('topic', 'reply_to')]),
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

test('an action for topics on another cluster, or on a group’s ARN, has no effect', () => {
  expect(
    compiled(
      statement('Allow', 'kafka-cluster:ReadData', [
        arn('topic', 'worker').replace('demo', 'prod'),
        arn('group', 'worker'),
      ]),
    ),
  ).toEqual([]);
});

test('entries name the role, are unique, and are sorted', () => {
  const { entries } = compile(
    statement('Allow', '*', [arn('topic', 'worker'), arn('topic', 'worker'), CLUSTER_ARN]),
    statement('Allow', '*', '*'),
  );
  expect(new Set(entries.map(({ principal }) => principal))).toEqual(new Set([`User:${ROLE_ARN}`]));
  const texts = shown(entries);
  expect(new Set(texts).size).toBe(texts.length);
});

test('the gateway decides about logins and idempotent writes', () => {
  const one = rights(statement('Allow', 'kafka-cluster:Connect', CLUSTER_ARN));
  expect([mayConnect(one, CLUSTER_ARN), mayWriteIdempotently(one, CLUSTER_ARN)]).toEqual([true, false]);
  const other = rights(statement('Allow', 'kafka-cluster:WriteDataIdempotently', '*'));
  expect([mayConnect(other, CLUSTER_ARN), mayWriteIdempotently(other, CLUSTER_ARN)]).toEqual([false, true]);
});

test('writing to all topics includes idempotent writes', () => {
  const write = statement('Allow', 'kafka-cluster:WriteData', arn('topic', '*'));
  const withDeny = (name: string): PolicyStatement[] => [
    write,
    statement('Deny', 'kafka-cluster:WriteData', arn('topic', name)),
  ];
  const may = (...statements: PolicyStatement[]): boolean => mayWriteIdempotently(rights(...statements), CLUSTER_ARN);
  expect(may(write)).toBe(true);
  expect(may(statement('Allow', 'kafka-cluster:WriteData', arn('topic', 'orders-*')))).toBe(false);
  expect(may(...withDeny('secret'))).toBe(false);
  expect(may(...withDeny('secret-*-v1'))).toBe(false);
  expect(compiled(write)).toContain('ALLOW IDEMPOTENT_WRITE CLUSTER kafka-cluster');
  expect(compiled(...withDeny('secret'))).not.toContain('ALLOW IDEMPOTENT_WRITE CLUSTER kafka-cluster');
});

test('a string that is not the ARN of a cluster is refused', () => {
  expect(() => compileAcls(rights(), 'demo')).toThrow('is not the ARN of a cluster');
});

describe('Kafka, given the ACLs, decides as IAM does', () => {
  const numRuns = process.env['TEST_FULL'] === undefined ? 80 : 500;
  const names = ['worker', 'work', 'workx', 'w', 'reply_to', 'sanity-', 'sanity-worker-1', 'sanity-ab-1', 'other'];
  const ofKind = { topic: names, group: [...names, 'a/work', 'x/sanity-b-1'], 'transactional-id': names };

  test.each(namedKinds)('on every %s, also on names that no policy contains', (kind) => {
    const seen = { decided: 0, open: 0, allowed: 0, denied: 0 };
    fc.assert(
      fc.property(fc.array(anyDocument, { minLength: 1, maxLength: 3 }), (documents) => {
        const role = {
          ...rights(...documents.flatMap((document) => policyStatements(document, 'test'))),
          facts: { answers: new Answers(answers), issuedMs: NOW_MS },
        };
        const acls = compileAcls(role, CLUSTER_ARN, NOW_MS);
        const all = acls.entries.filter(({ resourceType }) => resourceType === typeOf(kind));
        seen[acls.namesToDecide.has(kind) ? 'open' : 'decided'] += 1;
        const wrong: unknown[] = [];
        for (const name of ofKind[kind]) {
          const more = acls.entriesFor(kind, name);
          if (!acls.namesToDecide.has(kind) && more.length > 0) wrong.push([name, more]);
          for (const action of kafkaActionNames) {
            const { kind: of, operation } = kafkaActions[action];
            if (of !== kind || operation === undefined) continue;
            const may = mayByIam(documents, action, arn(kind, name));
            seen[may ? 'allowed' : 'denied'] += 1;
            if (authorizer([...all, ...more], name, operation) !== may) wrong.push([action, name, { may }]);
            // Before a name is decided, nothing is allowed that IAM does not allow.
            if (!may && authorizer(all, name, operation)) wrong.push([action, name, 'too early']);
          }
        }
        expect(wrong).toEqual([]);
      }),
      { numRuns },
    );
    for (const [what, times] of Object.entries(seen)) expect([what, times > numRuns / 20]).toEqual([what, true]);
  });

  test('on the cluster', () => {
    fc.assert(
      fc.property(fc.array(anyDocument, { minLength: 1, maxLength: 3 }), (documents) => {
        const role = {
          ...rights(...documents.flatMap((document) => policyStatements(document, 'test'))),
          facts: { answers: new Answers(answers), issuedMs: NOW_MS },
        };
        const acls = compileAcls(role, CLUSTER_ARN, NOW_MS).entries.filter((acl) => acl.resourceType === 'CLUSTER');
        for (const action of kafkaActionNames) {
          const { kind, operation } = kafkaActions[action];
          if (kind !== 'cluster' || operation === undefined) continue;
          const may =
            mayByIam(documents, action, CLUSTER_ARN) ||
            (action === 'kafka-cluster:WriteDataIdempotently' &&
              [...names, ...namesLike(documents)].every((name) =>
                mayByIam(documents, 'kafka-cluster:WriteData', arn('topic', name)),
              ));
          expect([action, authorizer(acls, 'kafka-cluster', operation)]).toEqual([action, may]);
        }
      }),
      { numRuns },
    );
  });
});

/** Names that the patterns of these documents match, and one that they do not contain. */
function namesLike(documents: readonly Document[]): string[] {
  const ends = Array.from(JSON.stringify(documents).matchAll(/\/([^/"]+)"/g), ([, end = '']) => end);
  const filled = ['', 'zz'].flatMap((star) => ends.map((end) => end.replaceAll('*', star).replaceAll('?', 'q')));
  return [...filled.filter((name) => /^[\w.-]+$/.test(name)), 'zzz'];
}

function mayByIam(identity: Document[], action: string, resource: string): boolean {
  const tokens = { 'aws:tokenissuetime': ['2026-11-27T10:00:00Z'] };
  const request = { action, resource, roleArn: ROLE_ARN, sessionArn: SESSION_ARN, context: { ...context, ...tokens } };
  return bruteForce({ identity }, request) === 'allowed';
}

function typeOf(kind: (typeof namedKinds)[number]): string {
  return kind === 'transactional-id' ? 'TRANSACTIONAL_ID' : kind.toUpperCase();
}

/**
 * The decision of Kafka's StandardAuthorizer with the entries of one type: matching denials first, then allowed and
 * implied operations.
 */
function authorizer(acls: readonly AclEntry[], name: string, operation: string): boolean {
  const matching = acls.filter(({ resourceName, pattern }) =>
    pattern === 'PREFIXED' ? name.startsWith(resourceName) : resourceName === '*' || resourceName === name,
  );
  const has = (permission: string, ...operations: string[]): boolean =>
    matching.some((acl) => acl.permission === permission && operations.includes(acl.operation));
  if (has('DENY', operation)) return false;
  if (operation === 'DESCRIBE') return has('ALLOW', 'DESCRIBE', 'READ', 'WRITE', 'DELETE', 'ALTER');
  if (operation === 'DESCRIBE_CONFIGS') return has('ALLOW', 'DESCRIBE_CONFIGS', 'ALTER_CONFIGS');
  return has('ALLOW', operation);
}
