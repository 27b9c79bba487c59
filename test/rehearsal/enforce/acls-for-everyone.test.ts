import { expect, test } from 'vitest';
import { aclsForEveryone, allowedWithoutAcls } from '../../../rehearsal/enforce/index.js';
import type { AclEntry } from '../../../src/kafka/admin/acls.js';

const entry = (more: Partial<AclEntry> = {}): AclEntry => ({
  principal: 'User:*',
  resourceType: 'TOPIC',
  resourceName: 'a',
  operation: 'READ',
  permission: 'ALLOW',
  ...more,
});

test('ACLs for all clients are listed, the first of them', () => {
  expect(aclsForEveryone([])).toBeUndefined();
  expect(aclsForEveryone([entry()])).toBe(
    'have an ACL for all clients (User:*), which counts in addition to the policies: allow READ on topic a',
  );
  const several = [
    entry({ permission: 'DENY', pattern: 'PREFIXED' }),
    entry({ resourceType: 'TRANSACTIONAL_ID', resourceName: '*', host: '10.0.0.1' }),
    ...['b', 'c', 'd', 'e', 'f'].map((resourceName) => entry({ resourceName })),
  ];
  expect(aclsForEveryone(several)).toBe(
    'have 7 ACLs for all clients (User:*), which count in addition to the policies: deny READ on topic a*, allow READ on transactional id * from 10.0.0.1, allow READ on topic b, allow READ on topic c, allow READ on topic d, and 2 more',
  );
});

test('brokers that may allow what no ACL is about are named', () => {
  const key = 'allow.everyone.if.no.acl.found';
  const others = { nodeId: 1, unreported: ['super.users'] };
  expect(allowedWithoutAcls([others])).toBeUndefined();
  expect(allowedWithoutAcls([others, { nodeId: 2, unreported: [key] }, { nodeId: 3, unreported: [key] }])).toBe(
    `have the setting ${key} (broker 2, 3): unless it is false, Kafka allows every role everything on topics, groups and other resources without ACLs, whatever the policies say`,
  );
});
