import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PathSchema } from '../../src/frame/gen/air_core/v1/frame_pb.js';
import { checkPath, path_key_bytes } from '../../src/frame/path-key.js';
import vectors from './path-key-vectors.json' with { type: 'json' };

const most = 2n ** 64n - 1n;
const uint64 = fc.oneof(fc.bigInt(0n, most), fc.bigInt(0n, 300n), fc.constantFrom(0n, 127n, 128n, 2n ** 31n, most));
const path = fc.array(uint64, { minLength: 1, maxLength: 16 });

/** Numbers where a number can hold them: both kinds must give the same key. */
const asNumbers = (numbers: readonly bigint[]): (number | bigint)[] =>
  numbers.map((number) => (number <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(number) : number));

describe('the key of a path', () => {
  test.each(vectors)("of $numbers is the one that Python's protobuf writes", ({ numbers, key }) => {
    const path = numbers.map(BigInt);
    expect(path_key_bytes(path).toString('hex')).toBe(key);
    expect(path_key_bytes(asNumbers(path)).toString('hex')).toBe(key);
  });

  test('has test vectors for every length, and for the length that takes two bytes', () => {
    expect(new Set(vectors.map(({ numbers }) => numbers.length))).toEqual(
      new Set(Array.from({ length: 16 }, (_, index) => index + 1)),
    );
    expect(vectors.some(({ key }) => key.startsWith('0aa001'))).toBe(true);
  });

  test('is what protobuf-es writes, for any path of numbers or bigints', () => {
    fc.assert(
      fc.property(path, (numbers) => {
        const expected = Buffer.from(toBinary(PathSchema, create(PathSchema, { numbers }))).toString('hex');
        expect(path_key_bytes(numbers).toString('hex')).toBe(expected);
        expect(path_key_bytes(asNumbers(numbers)).toString('hex')).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  test('does not depend on the encoding of the path: unpacked numbers and padded varints give the same key', () => {
    const key = '0a0307ac02';
    for (const written of [key, '080708ac02', '0807' + '0a02ac02', '0a06' + '878000' + 'ac8200', '0a8300' + '07ac02']) {
      const { numbers } = fromBinary(PathSchema, Buffer.from(written, 'hex'));
      expect(path_key_bytes(numbers).toString('hex'), written).toBe(key);
    }
  });

  test('shares no memory with the previous key', () => {
    const first = path_key_bytes([1, 2, 3]);
    path_key_bytes([4, 5, 6]);
    expect(first.toString('hex')).toBe('0a03010203');
  });
});

describe('a path is refused, and its field is named,', () => {
  const refusal = (numbers: readonly (bigint | number)[]): unknown => {
    try {
      path_key_bytes(numbers);
    } catch (error) {
      return error;
    }
    return 'nothing: it was taken';
  };

  test.each([0, 17])('if it has %i numbers', (length) => {
    expect(refusal(Array<number>(length).fill(1))).toMatchObject({
      name: 'pubsub_error',
      code: 'frame_invalid',
      stage: 'encode',
      raw_message: `send_to.kafka_key.sequence_number_path has ${length} numbers; it takes 1 to 16`,
      details: { field: 'send_to.kafka_key.sequence_number_path', length },
    });
  });

  test.each([-1, 1.5, NaN, Infinity, 2 ** 53, -1n, 2n ** 64n])('if a number is %s', (number) => {
    expect(refusal([0, number])).toMatchObject({
      code: 'frame_invalid',
      details: {
        field: 'send_to.kafka_key.sequence_number_path.numbers[1]',
        value: typeof number === 'bigint' ? `${number}n` : String(number),
      },
    });
  });

  test('a path at the limits is accepted', () => {
    expect(() => checkPath([0, Number.MAX_SAFE_INTEGER, 0n, most])).not.toThrow();
  });
});
