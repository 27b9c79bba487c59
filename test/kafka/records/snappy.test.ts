import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompressSnappy } from '../../../src/kafka/records/snappy.js';

/** Bytes, or a repetition of bytes before, in each form that the format has. */
const part = fc.oneof(
  fc.record({ literals: fc.uint8Array({ minLength: 1, maxLength: 300 }) }),
  fc.record({
    width: fc.constant(1 as const),
    distance: fc.integer({ min: 1, max: 2047 }),
    count: fc.integer({ min: 4, max: 11 }),
  }),
  fc.record({
    width: fc.constantFrom(2, 4),
    distance: fc.integer({ min: 1, max: 65_535 }),
    count: fc.integer({ min: 1, max: 64 }),
  }),
);
type Part = typeof part extends fc.Arbitrary<infer T> ? T : never;

test('a block, or several with the header of Java clients, gives the bytes that it was written from', () => {
  fc.assert(
    fc.property(fc.array(fc.array(part, { maxLength: 8 }), { minLength: 1, maxLength: 4 }), (lists) => {
      const blocks = lists.map(blockOf);
      for (const { plain, bytes } of blocks) expect(decompressSnappy(bytes, 100_000).equals(plain)).toBe(true);
      const whole = Buffer.concat(blocks.map(({ plain }) => plain));
      const framed = xerial(blocks.map(({ bytes }) => bytes));
      expect(decompressSnappy(framed, 100_000).equals(whole)).toBe(true);
      if (whole.length > 0) expect(() => decompressSnappy(framed, whole.length - 1)).toThrow('it is larger than');
    }),
  );
});

describe('damaged data', () => {
  test('never gives more than the limit, and no error other than a RangeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat({ max: 300 }), (bytes, size) => {
        const block = Buffer.concat([varint(size), bytes]);
        for (const input of [Buffer.from(bytes), block, xerial([block]), xerial([block]).subarray(0, 18)]) {
          try {
            expect(decompressSnappy(input, 10_000).length).toBeLessThanOrEqual(10_000);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('that is shorter than its size is refused', () => {
    expect(() => decompressSnappy(Buffer.from([5, 0, 1]), 100)).toThrow('it has 1 bytes instead of 5');
  });
});

function blockOf(parts: readonly Part[]): { plain: Buffer; bytes: Buffer } {
  const plain: number[] = [];
  const out: Buffer[] = [];
  const literals = (bytes: Uint8Array): void => {
    plain.push(...bytes);
    const rest = bytes.length - 1;
    const tag = rest < 60 ? [rest * 4] : rest < 256 ? [240, rest] : [244, rest % 256, rest >> 8];
    out.push(Buffer.from(tag), Buffer.from(bytes));
  };
  for (const one of parts) {
    if ('literals' in one) {
      literals(one.literals);
      continue;
    }
    if (plain.length === 0) literals(Uint8Array.of(7));
    const { width, count } = one;
    const distance = Math.min(one.distance, plain.length);
    for (let i = 0; i < count; i += 1) plain.push(plain[plain.length - distance] as number);
    const far = Buffer.alloc(width);
    if (width === 1) {
      out.push(Buffer.from([(distance >> 8) * 32 + (count - 4) * 4 + 1, distance % 256]));
    } else {
      far.writeUIntLE(distance, 0, width);
      out.push(Buffer.from([(count - 1) * 4 + (width === 2 ? 2 : 3)]), far);
    }
  }
  return { plain: Buffer.from(plain), bytes: Buffer.concat([varint(plain.length), ...out]) };
}

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest >>= 7) out.push((rest & 127) | 128);
  return Buffer.from([...out, rest]);
}

function xerial(blocks: readonly Buffer[]): Buffer {
  const header = Buffer.from('82534e41505059000000000100000001', 'hex');
  const size = (block: Buffer): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(block.length);
    return bytes;
  };
  return Buffer.concat([header, ...blocks.flatMap((block) => [size(block), block])]);
}
