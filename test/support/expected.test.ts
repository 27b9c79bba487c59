import { expect, test } from 'vitest';
import { differences } from './expected.js';

const UUID = '0b5f7b0e-8c0a-4b7e-9d59-0f6b8a3f2c11';

test.each([
  [
    { a: 1, b: [true, null] },
    { a: 1, b: [true, null] },
  ],
  [
    { n: '<int>', t: '<ms>', id: '<uuid>', p: '<position>' },
    { n: 0, t: -0.5, id: UUID, p: { topic: 't', partition: 0, offset: 3 } },
  ],
])('%j is as expected', (expected, actual) => expect(differences(expected, actual)).toEqual([]));

test.each([
  [{ a: 1 }, { a: 2 }, 'result.a is 2 instead of 1'],
  [{ a: 1 }, {}, 'result.a is missing'],
  [{}, { a: 1 }, 'result.a is 1, and was not expected'],
  [{ a: 1 }, [1], 'result is [1] instead of {"a":1}'],
  [[1], [1, 2], 'result has 2 entries instead of 1: [1,2]'],
  [['<int>'], [-1], 'result[0] is -1, and is not <int>'],
  [['<int>'], [1.5], 'result[0] is 1.5, and is not <int>'],
  ['<ms>', '5', 'result is "5", and is not <ms>'],
  ['<ms>', null, 'result is null, and is not <ms>'],
  ['<uuid>', 'x', 'result is "x", and is not <uuid>'],
  ['<position>', { topic: 't', partition: 0 }, 'result is {"topic":"t","partition":0}, and is not <position>'],
])('%j is not %j', (expected, actual, said) => expect(differences(expected, actual)).toEqual([said]));
