import { expect, test } from 'vitest';
import kafkajs from 'kafkajs';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../../src/kafka/consume/consumer-protocol.js';

const { MemberMetadata, MemberAssignment } = kafkajs.AssignerProtocol;

test('other clients read what members and leaders say', () => {
  const userData = Buffer.from('mine');
  expect(MemberMetadata.decode(encodeSubscription({ topics: ['a', 'b'], userData }))).toEqual({
    version: 0,
    topics: ['a', 'b'],
    userData,
  });
  expect(MemberAssignment.decode(encodeAssignment('a', [3, 1]))).toMatchObject({ assignment: { a: [3, 1] } });
});

test('what other clients say is read, also in later versions, which add fields at the end', () => {
  const said = MemberMetadata.encode({ version: 3, topics: ['x'], userData: Buffer.from('u') });
  expect(decodeSubscription(Buffer.concat([said, Buffer.alloc(20)]))).toEqual({
    topics: ['x'],
    userData: Buffer.from('u'),
  });
  const given = MemberAssignment.encode({
    version: 1,
    assignment: { a: [2, 0, 10], b: [1] },
    userData: Buffer.alloc(0),
  });
  expect(decodeAssignment(given, 'a')).toEqual([0, 2, 10]);
  expect(decodeAssignment(given, 'c')).toEqual([]);
});

test('a member without an assignment has none, and bytes of something else are no subscription', () => {
  expect(decodeAssignment(Buffer.alloc(0), 'a')).toEqual([]);
  expect(decodeSubscription(Buffer.from('hello'))).toBeUndefined();
});
