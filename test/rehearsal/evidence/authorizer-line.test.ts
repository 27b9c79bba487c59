import { describe, expect, test } from 'vitest';
import { readDecision } from '../../../rehearsal/evidence/authorizer-line.js';

/** Lines as brokers of these versions wrote them. */
const lines = {
  '3.9.1':
    '[2026-11-25 00:33:27,824] DEBUG Principal = User:me is Allowed operation = DESCRIBE from host = 127.0.0.1 on resource = Topic:LITERAL:odd._-Topic for request = Metadata with resourceRefCount = 1 based on rule MatchingAcl(acl=StandardAcl(resourceType=TOPIC, resourceName=odd._-Topic, patternType=LITERAL, principal=User:me, host=*, operation=DESCRIBE, permissionType=ALLOW)) (kafka.authorizer.logger)',
  '4.3.1':
    '[2026-11-25 00:33:30,573] DEBUG Principal = User:me is Allowed operation = DESCRIBE from host = 127.0.0.1 on resource = Topic:LITERAL:odd._-Topic for request = Metadata with resourceRefCount = 1 based on rule MatchingAcl(acl=StandardAcl[resourceType=TOPIC, resourceName=odd._-Topic, patternType=LITERAL, principal=User:me, host=*, operation=DESCRIBE, permissionType=ALLOW]) (kafka.authorizer.logger)',
};
const DENIED =
  '[2026-11-25 00:33:30,588] INFO Principal = User:me is Denied operation = WRITE from host = 127.0.0.1 on resource = Topic:LITERAL:odd._-Topic for request = Produce with resourceRefCount = 1 based on rule DefaultDeny (kafka.authorizer.logger)';

test.each(Object.entries(lines))('what Kafka %s allowed', (_version, line) => {
  expect(readDecision(line)).toEqual({
    principal: 'me',
    allowed: true,
    action: 'kafka-cluster:DescribeTopic',
    resource: 'odd._-Topic',
    request: 'Metadata',
  });
});

test('what it denied', () => {
  expect(readDecision(DENIED)).toEqual({
    principal: 'me',
    allowed: false,
    action: 'kafka-cluster:WriteData',
    resource: 'odd._-Topic',
    request: 'Produce',
  });
});

test('a group may have any name, also one that looks like a part of the line', () => {
  const line =
    '[2026-11-25 00:33:27,830] INFO Principal = User:me is Denied operation = DESCRIBE from host = 127.0.0.1 on resource = Group:LITERAL:a: group, "odd" is Allowed for request = FindCoordinator with resourceRefCount = 1 based on rule DefaultDeny (kafka.authorizer.logger)';
  expect(readDecision(line)).toMatchObject({
    allowed: false,
    action: 'kafka-cluster:DescribeGroup',
    resource: 'a: group, "odd" is Allowed',
    request: 'FindCoordinator',
  });
});

test('the principal is the role’s ARN, with its colons', () => {
  const arn = 'arn:aws:iam::111122223333:role/SanityStack-WorkerRole-1';
  expect(readDecision(DENIED.replace('User:me', `User:${arn}`))?.principal).toBe(arn);
});

describe('operations have the names of IAM’s actions, depending on their resource', () => {
  test.each([
    ['READ', 'Topic', 'kafka-cluster:ReadData'],
    ['READ', 'Group', 'kafka-cluster:AlterGroup'],
    ['DELETE', 'Group', 'kafka-cluster:DeleteGroup'],
    ['IDEMPOTENT_WRITE', 'Cluster', 'kafka-cluster:WriteDataIdempotently'],
    ['DESCRIBE', 'TransactionalId', 'kafka-cluster:DescribeTransactionalId'],
  ])('%s on %s: %s', (operation, type, action) => {
    const line = DENIED.replace('WRITE', operation).replace('Topic:', `${type}:`);
    expect(readDecision(line)).toMatchObject({ action, resource: type === 'Cluster' ? '' : 'odd._-Topic' });
  });
});

test.each([
  ['another logger’s', '[2026-11-25 00:33:27,769] INFO [QuorumController id=1] Replayed AccessControlEntryRecord'],
  ['an incomplete line', DENIED.slice(0, 120)],
  ['a resource that IAM does not have', DENIED.replace('Topic:LITERAL', 'DelegationToken:LITERAL')],
  ['an operation that IAM does not have for its resource', DENIED.replace('WRITE', 'CLUSTER_ACTION')],
  ['nothing', ''],
])('not a decision: %s', (_name, line) => {
  expect(readDecision(line)).toBeUndefined();
});
