import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decompressLz4 } from '../../../src/kafka/records/lz4.js';

/** What a block is written from: bytes, and then a repetition of bytes before. */
interface Sequence {
  readonly literals: Uint8Array;
  readonly distance: number;
  readonly count: number;
}

const sequence = fc.record({
  literals: fc.uint8Array({ minLength: 0, maxLength: 300 }),
  distance: fc.integer({ min: 1, max: 0xffff }),
  count: fc.integer({ min: 4, max: 600 }),
});
const blocks = fc.array(
  fc.record({
    isPlain: fc.boolean(),
    sequences: fc.array(sequence, { maxLength: 4 }),
    last: fc.uint8Array({ minLength: 1, maxLength: 40 }),
  }),
  { maxLength: 4 },
);

test('a frame is decompressed to the bytes that it was written from', () => {
  fc.assert(
    fc.property(blocks, fc.boolean(), fc.boolean(), (parts, blockChecksums, contentSize) => {
      const plain: number[] = [];
      const encoded = parts.map(({ isPlain, sequences, last }) => {
        if (isPlain) {
          plain.push(...last);
          return { isPlain, bytes: Buffer.from(last) };
        }
        const block = sequences.map(({ literals, distance, count }) => {
          // The first sequence of a frame has something to repeat.
          const written = literals.length === 0 && plain.length === 0 ? Uint8Array.of(7) : literals;
          plain.push(...written);
          const before = Math.min(distance, plain.length);
          for (let i = 0; i < count; i += 1) plain.push(plain[plain.length - before] as number);
          return encodeSequence({ literals: written, distance: before, count });
        });
        plain.push(...last);
        return { isPlain, bytes: Buffer.concat([...block, encodeLast(last)]) };
      });
      const frame = frameOf(encoded, { blockChecksums, contentSize });
      expect(decompressLz4(frame, 1_000_000).equals(Buffer.from(plain))).toBe(true);
      if (plain.length > 0) expect(() => decompressLz4(frame, plain.length - 1)).toThrow('it is larger than');
    }),
  );
});

describe('damaged data', () => {
  test('never gives more than the limit, and no error other than a RangeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const frame = frameOf([{ isPlain: false, bytes: Buffer.from(bytes) }]);
        for (const input of [Buffer.from(bytes), frame, frame.subarray(0, frame.length - 5)]) {
          try {
            expect(decompressLz4(input, 10_000).length).toBeLessThanOrEqual(10_000);
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        }
      }),
    );
  });

  test('that refers to data before its begin is refused', () => {
    const bytes = encodeSequence({ literals: Uint8Array.of(1, 2), distance: 3, count: 4 });
    expect(() => decompressLz4(frameOf([{ isPlain: false, bytes }]), 100)).toThrow('before its begin');
  });
});

function frameOf(
  parts: readonly { isPlain: boolean; bytes: Buffer }[],
  { blockChecksums = false, contentSize = false } = {},
): Buffer {
  const out: Buffer[] = [
    Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x40 | (blockChecksums ? 0x10 : 0) | (contentSize ? 8 : 0), 0x70]),
  ];
  // A size that is announced is not believed.
  if (contentSize) out.push(Buffer.alloc(8, 0xff));
  out.push(Buffer.from([0]));
  for (const { isPlain, bytes } of parts.filter(({ bytes: { length } }) => length > 0)) {
    out.push(uint32(bytes.length + (isPlain ? 0x8000_0000 : 0)), bytes);
    if (blockChecksums) out.push(uint32(0xdead_beef));
  }
  return Buffer.concat([...out, uint32(0)]);
}

function encodeSequence({ literals, distance, count }: Sequence): Buffer {
  const [few, more] = lengthOf(literals.length);
  const [fewCopied, moreCopied] = lengthOf(count - 4);
  return Buffer.concat([
    Buffer.from([few * 16 + fewCopied]),
    more,
    literals,
    Buffer.from([distance % 256, distance >> 8]),
    moreCopied,
  ]);
}

function encodeLast(literals: Uint8Array): Buffer {
  const [few, more] = lengthOf(literals.length);
  return Buffer.concat([Buffer.from([few * 16]), more, literals]);
}

function lengthOf(length: number): [inToken: number, more: Buffer] {
  if (length < 15) return [length, Buffer.alloc(0)];
  const rest = length - 15;
  return [15, Buffer.concat([Buffer.alloc(Math.floor(rest / 255), 255), Buffer.from([rest % 255])])];
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
