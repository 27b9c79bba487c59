import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
  type AclEntry,
  type AclFilter,
  type Admin,
} from 'kafkajs';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { GatewayRole } from '../../../rehearsal/gateway/index.js';
import { asIfCreated, createsNothing, deletesNothing } from '../../../rehearsal/gateway/protocol/acl-changes.js';
import { withoutPolicies } from '../../../rehearsal/gateway/protocol/acl-listing.js';
import { int16, int32, listLength, noTags, string } from '../../../rehearsal/gateway/protocol/wire.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { skipFor } from '../../support/skips.js';
import { iamWorld, newRole, Operation, Resource } from './support/world.js';

const administrator = newRole('administrator');
const other = newRole('other');
const world = iamWorld({ roles: [administrator, other] });

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

const all: AclFilter = {
  resourceType: AclResourceTypes.ANY,
  resourcePatternType: ResourcePatternTypes.ANY,
  operation: AclOperationTypes.ANY,
  permissionType: AclPermissionTypes.ANY,
};

const forEveryone: AclEntry = {
  resourceType: AclResourceTypes.TOPIC,
  resourceName: '*',
  resourcePatternType: ResourcePatternTypes.LITERAL,
  principal: 'User:*',
  host: '*',
  operation: AclOperationTypes.ALL,
  permissionType: AclPermissionTypes.ALLOW,
};

async function adminOf(role: GatewayRole): Promise<Admin> {
  const admin = world().client(role).admin();
  await admin.connect();
  onTestFinished(() => admin.disconnect());
  return admin;
}

const acls = async (): Promise<unknown[]> => (await world().admin.describeAcls(all)).resources;

test('a role that may alter the cluster creates and deletes no ACLs', async () => {
  await world().grant(administrator, Resource.CLUSTER, 'kafka-cluster', [Operation.ALTER, Operation.DESCRIBE]);
  const before = await acls();
  const admin = await adminOf(administrator);
  expect(await admin.createAcls({ acl: [forEveryone, { ...forEveryone, resourceName: 'a' }] })).toBe(true);
  expect(await acls()).toEqual(before);
  const { filterResponses } = await admin.deleteAcls({ filters: [all, all] });
  expect(filterResponses.map(({ errorCode, matchingAcls }) => [errorCode, matchingAcls])).toEqual([
    [0, []],
    [0, []],
  ]);
  expect(await acls()).toEqual(before);
  expect(before).not.toEqual([]);
});

test('a role that may not is denied', async () => {
  const admin = await adminOf(other);
  await expect(admin.createAcls({ acl: [forEveryone] })).rejects.toThrow('Cluster authorization failed');
  await expect(admin.deleteAcls({ filters: [all] })).rejects.toThrow('Cluster authorization failed');
});

test('a role that may describe the cluster sees the ACLs of other principals, and none of the policies', async () => {
  const { grant, admin: direct } = world();
  await grant(administrator, Resource.CLUSTER, 'kafka-cluster', [Operation.ALTER, Operation.DESCRIBE]);
  const ann: AclEntry = { ...forEveryone, resourceName: 'anns', principal: 'User:ann' };
  await direct.createAcls({ acl: [ann] });
  onTestFinished(async () => {
    await direct.deleteAcls({ filters: [{ ...all, principal: 'User:ann' }] });
  });
  const admin = await adminOf(administrator);
  expect((await admin.describeAcls(all)).resources).toMatchObject([
    { resourceName: 'anns', acls: [{ principal: 'User:ann' }] },
  ]);
  expect((await direct.describeAcls(all)).resources.length).toBeGreaterThan(1);
  const unseen = await adminOf(other);
  await expect(unseen.describeAcls(all)).rejects.toThrow('Cluster authorization failed');
});

test.each([
  ['with tagged fields', 3, true],
  ['with patterns', 1, false],
  ['of the first version', 0, false],
])('a list of ACLs %s', (_, version, flexible) => {
  const tags = flexible ? [noTags] : [];
  const entry = (principal: string): Buffer =>
    Buffer.concat([string(principal, flexible), string('*', flexible), Buffer.from([3, 3]), ...tags]);
  const listed = (...resources: readonly [string, readonly string[]][]): Buffer =>
    Buffer.concat([
      int32(7),
      ...tags,
      int32(0),
      int16(0),
      string(undefined, flexible),
      listLength(resources.length, flexible),
      ...resources.flatMap(([name, principals]) => [
        Buffer.from([2]),
        string(name, flexible),
        ...(version === 0 ? [] : [Buffer.from([3])]),
        listLength(principals.length, flexible),
        ...principals.map(entry),
        ...tags,
      ]),
      ...tags,
    ]);
  const role = 'User:arn:aws-cn:iam::111122223333:role/ann';
  const answer = listed(['a', [role, 'User:ann']], ['b', [role]], ['c', ['User:*']]);
  expect(withoutPolicies(answer, { apiKey: 29, version, correlationId: 7 }).subarray(4)).toEqual(
    listed(['a', ['User:ann']], ['c', ['User:*']]),
  );
});

test('in the encoding with tagged fields, too', () => {
  const head = { apiKey: 30, version: 3, correlationId: 7 };
  const start = Buffer.concat([int16(30), int16(3), int32(7), string('me'), noTags]);
  const created = createsNothing(Buffer.concat([start, listLength(2, true), Buffer.alloc(40)]), head);
  const one = (name: string): Buffer =>
    Buffer.concat([
      Buffer.from([2]),
      string(name, true),
      Buffer.from([3]),
      string('User:kafka-cluster: an ACL has no effect on IAM', true),
      string('*', true),
      Buffer.from([3, 3]),
      noTags,
    ]);
  const expected = (name: string): Buffer => Buffer.concat([start, listLength(2, true), one(name), one(name), noTags]);
  expect(created.subarray(4)).toEqual(expected(''));
  const deleted = deletesNothing(Buffer.concat([start, listLength(2, true), Buffer.alloc(40)]), head);
  expect(deleted.subarray(4)).toEqual(expected('kafka-cluster: an ACL has no effect on IAM'));
  const answer = (...results: readonly [number, string | undefined][]): Buffer =>
    Buffer.concat([
      int32(7),
      noTags,
      int32(0),
      listLength(results.length, true),
      ...results.flatMap(([code, text]) => [int16(code), string(text, true), noTags]),
      noTags,
    ]);
  expect(asIfCreated(answer([42, 'Invalid empty resource name'], [31, 'no']), head).subarray(4)).toEqual(
    answer([0, undefined], [31, 'no']),
  );
});
