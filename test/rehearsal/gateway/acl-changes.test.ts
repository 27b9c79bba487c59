import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  ResourcePatternTypes,
  type AclEntry,
  type AclFilter,
  type Admin,
} from 'kafkajs';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { GatewayRole } from '../../../rehearsal/gateway/index.js';
import {
  asIfCreated,
  asIfDeleted,
  createsNothing,
  deletesNothing,
} from '../../../rehearsal/gateway/protocol/acl-changes.js';
import { AclBook, aclsIn, filterIn, type WireAcl } from '../../../rehearsal/gateway/protocol/acl-book.js';
import { asIfListed } from '../../../rehearsal/gateway/protocol/acl-listing.js';
import { int16, int32, listLength, noTags, string } from '../../../rehearsal/gateway/protocol/wire.js';
import { embeddedSkip } from '../../support/broker-machine.js';
import { until } from '../../support/until.js';
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

test('ACLs that a role creates are listed and deleted, and have no effect', async () => {
  await world().grant(administrator, Resource.CLUSTER, 'kafka-cluster', [Operation.ALTER, Operation.DESCRIBE]);
  // Brokers apply them a little later.
  await until('the grant is listed', async () => (await acls()).length > 0);
  const before = await acls();
  const admin = await adminOf(administrator);
  expect(await admin.createAcls({ acl: [forEveryone, { ...forEveryone, resourceName: 'a' }] })).toBe(true);
  expect(await acls()).toEqual(before);
  const listed = async (filter: Partial<AclFilter>): Promise<string[]> => {
    const { resources } = await admin.describeAcls({ ...all, ...filter });
    return resources.map(({ resourceName }) => resourceName);
  };
  expect(await listed({})).toEqual(['*', 'a']);
  expect(await listed({ resourceName: 'a', resourcePatternType: ResourcePatternTypes.MATCH })).toEqual(['*', 'a']);
  expect(await listed({ resourceName: 'b', resourcePatternType: ResourcePatternTypes.LITERAL })).toEqual([]);
  const { filterResponses } = await admin.deleteAcls({ filters: [{ ...all, resourceName: 'a' }, all, all] });
  expect(filterResponses.map(({ errorCode, matchingAcls }) => [errorCode, matchingAcls])).toMatchObject([
    [0, [{ errorCode: 0, resourceName: 'a', principal: 'User:*', host: '*' }]],
    [0, [{ resourceName: '*' }]],
    [0, []],
  ]);
  expect(await listed({})).toEqual([]);
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
  expect(asIfListed(answer, { apiKey: 29, version, correlationId: 7 }, []).subarray(4)).toEqual(
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
  const mayCreate: number[] = [];
  const withRefused = answer([42, 'Invalid empty resource name'], [31, 'no']);
  expect(asIfCreated(withRefused, head, (at) => mayCreate.push(at)).subarray(4)).toEqual(
    answer([0, undefined], [31, 'no']),
  );
  expect(mayCreate).toEqual([0]);
});

describe('the ACLs that clients have created', () => {
  const entry: WireAcl = {
    resourceType: 2,
    resourceName: 'orders',
    pattern: 3,
    principal: 'User:ann',
    host: '*',
    operation: 3,
    permission: 3,
  };
  const any: WireAcl = {
    resourceType: 1,
    resourceName: undefined,
    pattern: 1,
    principal: undefined,
    host: undefined,
    operation: 1,
    permission: 1,
  };
  const prefixed: WireAcl = { ...entry, resourceName: 'ord', pattern: 4, operation: 4 };
  const everyTopic: WireAcl = { ...entry, resourceName: '*', principal: 'User:bob', permission: 2 };

  test.each<[string, Partial<WireAcl>, readonly WireAcl[]]>([
    ['all', {}, [entry, prefixed, everyTopic]],
    ['by type', { resourceType: 3 }, []],
    ['by operation', { operation: 4 }, [prefixed]],
    ['by permission', { permission: 2 }, [everyTopic]],
    ['by principal', { principal: 'User:bob' }, [everyTopic]],
    ['by host', { host: '10.0.0.1' }, []],
    ['by name', { resourceName: 'orders' }, [entry]],
    ['by name and pattern', { resourceName: 'ord', pattern: 3 }, []],
    ['that apply to a name', { resourceName: 'orders', pattern: 2 }, [entry, prefixed, everyTopic]],
    ['that apply to another name', { resourceName: 'or', pattern: 2 }, [everyTopic]],
  ])('are found %s, each once', (_, filter, expected) => {
    const book = new AclBook();
    for (const one of [entry, prefixed, everyTopic, entry]) book.add(one);
    expect(book.matching({ ...any, ...filter })).toEqual(expected);
    expect(book.remove({ ...any, ...filter })).toEqual(expected);
    expect(book.matching(any)).toHaveLength(3 - expected.length);
  });

  test.each([
    ['with tagged fields', 3, true],
    ['with patterns', 1, false],
    ['of the first version', 0, false],
  ])('are read from requests, and written into answers, %s', (_, version, flexible) => {
    const tags = flexible ? [noTags] : [];
    const head = { apiKey: 30, version, correlationId: 7 };
    const resource = [Buffer.from([2]), string('orders', flexible), ...(version === 0 ? [] : [Buffer.from([3])])];
    const who = [string('User:ann', flexible), string('*', flexible), Buffer.from([3, 3]), ...tags];
    const start = Buffer.concat([int16(30), int16(version), int32(7), string('me'), ...tags]);
    const request = Buffer.concat([start, listLength(1, flexible), ...resource, ...who, ...tags]);
    expect(aclsIn(request, head)).toEqual([entry]);
    const describe29 = { ...head, apiKey: 29 };
    const filter = Buffer.concat([
      start,
      Buffer.from([1]),
      string(undefined, flexible),
      ...(version === 0 ? [] : [Buffer.from([1])]),
      string(undefined, flexible),
      string(undefined, flexible),
      Buffer.from([1, 1]),
      ...tags,
    ]);
    expect(filterIn(filter, describe29)).toEqual(version === 0 ? { ...any, pattern: 3 } : any);
    const listing = (error: number, ...resources: Buffer[]): Buffer =>
      Buffer.concat([
        int32(7),
        ...tags,
        int32(0),
        int16(error),
        string(undefined, flexible),
        listLength(resources.length, flexible),
        ...resources,
        ...tags,
      ]);
    const listed = Buffer.concat([...resource, listLength(1, flexible), ...who, ...tags]);
    expect(asIfListed(listing(0), describe29, [entry]).subarray(4)).toEqual(listing(0, listed));
    expect(asIfListed(listing(31), describe29, [entry]).subarray(4)).toEqual(listing(31));
    const deletion = (error: number, ...matched: Buffer[]): Buffer =>
      Buffer.concat([
        int32(7),
        ...tags,
        int32(0),
        listLength(1, flexible),
        int16(error),
        string(undefined, flexible),
        listLength(matched.length, flexible),
        ...matched,
        ...tags,
        ...tags,
      ]);
    const deleted = Buffer.concat([int16(0), string(undefined, flexible), ...resource, ...who]);
    const forDeletion = { ...head, apiKey: 31 };
    expect(asIfDeleted(deletion(0), forDeletion, () => [entry]).subarray(4)).toEqual(deletion(0, deleted));
    expect(asIfDeleted(deletion(31), forDeletion, () => [entry]).subarray(4)).toEqual(deletion(31));
  });
});
