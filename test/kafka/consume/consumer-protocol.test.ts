import { expect, test } from 'vitest';
import kafkajs from 'kafkajs';
import {
  decodeAssignment,
  decodeSubscription,
  encodeAssignment,
  encodeSubscription,
} from '../../../src/kafka/consume/consumer-protocol.js';

const { MemberMetadata, MemberAssignment } = kafkajs.AssignerProtocol;

test('other clients can read the metadata of members and the assignments of leaders', () => {
  const userData = Buffer.from('mine');
  expect(MemberMetadata.decode(encodeSubscription({ topics: ['a', 'b'], userData }))).toEqual({
    version: 0,
    topics: ['a', 'b'],
    userData,
  });
  expect(MemberAssignment.decode(encodeAssignment('a', [3, 1]))).toMatchObject({ assignment: { a: [3, 1] } });
});

test('data of other clients is read, also of later versions, which add fields at the end', () => {
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

test('an empty assignment has no partitions, and other bytes are not a subscription', () => {
  expect(decodeAssignment(Buffer.alloc(0), 'a')).toEqual([]);
  expect(decodeSubscription(Buffer.from('hello'))).toBeUndefined();
});
