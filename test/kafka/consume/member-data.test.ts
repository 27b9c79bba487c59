import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  busyUntilOf,
  decodeMemberData,
  encodeMemberData,
  latestClaim,
  noMemberData,
  type MemberData,
} from '../../../src/kafka/consume/member-data.js';

const offset = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const partition = fc.nat({ max: 1_000 });
const data: fc.Arbitrary<MemberData> = fc.record({
  owned: fc.uniqueArray(partition),
  since: offset,
  positions: fc.array(fc.tuple(partition, fc.record({ offset, since: offset }))).map((entries) => new Map(entries)),
  busyUntil: fc.array(fc.tuple(partition, offset)).map((entries) => new Map(entries)),
  topicId: fc.option(fc.string(), { nil: undefined }),
});

describe('the data that members exchange', () => {
  test('is decoded as it was encoded', () => {
    fc.assert(
      fc.property(data, (exchanged) => {
        expect(decodeMemberData(encodeMemberData(exchanged))).toEqual(exchanged);
      }),
    );
  });

  // During a deployment, members of two versions of this library may be in one group.
  test('keeps its format', () => {
    const exchanged = {
      owned: [3, 1],
      since: 5,
      positions: new Map([[3, { offset: 70, since: 6 }]]),
      busyUntil: new Map([[1, 8]]),
      topicId: 'abc',
    };
    expect(encodeMemberData(exchanged).toString()).toBe('{"v":1,"o":[3,1],"s":5,"p":[[3,70,6]],"b":[[1,8]],"t":"abc"}');
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['no bytes', Buffer.alloc(0)],
    ['text', Buffer.from('hello')],
    ['JSON that is not an object', Buffer.from('null')],
    ['JSON of something else', Buffer.from('{"topics":["worker"]}')],
    ['a later version', Buffer.from('{"v":2,"o":[1],"s":1,"p":[],"b":[]}')],
    ['half a message', encodeMemberData({ ...noMemberData, owned: [1] }).subarray(0, 10)],
  ])('counts as a member that owns nothing if it is %s', (_what, bytes) => {
    expect(decodeMemberData(bytes)).toEqual(noMemberData);
  });

  test('never throws for any bytes', () => {
    const value = fc.jsonValue();
    const oursInForm = fc.record({ v: fc.constant(1), o: value, s: value, p: value, b: value });
    const bytes = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.oneof(value, oursInForm).map((value) => Buffer.from(JSON.stringify(value))),
    );
    fc.assert(
      fc.property(bytes, (bytes) => {
        expect(() => decodeMemberData(bytes)).not.toThrow();
      }),
    );
  });
});

describe('from the data of several members', () => {
  const saying = (positions: [number, number, number][], busy: [number, number][] = []): MemberData => ({
    ...noMemberData,
    positions: new Map(positions.map(([partition, offset, since]) => [partition, { offset, since }])),
    busyUntil: new Map(busy),
  });

  test('the latest claim of a position is used, even if another one is higher', () => {
    const members = [saying([[1, 90, 5]]), saying([[1, 70, 6]]), saying([[2, 10, 99]])];
    expect(latestClaim(members, 1)).toEqual({ offset: 70, since: 6 });
    expect(latestClaim([...members].reverse(), 1)).toEqual({ offset: 70, since: 6 });
    expect(latestClaim(members, 3)).toBeUndefined();
  });

  test('the highest position of members that still handle records is awaited', () => {
    const members = [saying([], [[1, 7]]), saying([], [[1, 9]]), saying([], [[1, 8]])];
    expect(busyUntilOf(members, 1)).toBe(9);
    expect(busyUntilOf(members, 2)).toBeUndefined();
  });
});
