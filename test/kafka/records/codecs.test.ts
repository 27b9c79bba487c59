import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadCodec } from '../../../src/kafka/records/codecs.js';

const MB = 1024 * 1024;
const types = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 };

/** Small data that announces, or is, more than 256 MB. */
const bombs: readonly [string, keyof typeof types, Buffer][] = [
  ['gzip', 'gzip', Buffer.concat(Array.from({ length: 17 }, () => gzipSync(Buffer.alloc(16 * MB), { level: 1 })))],
  ['a block of snappy', 'snappy', snappy(300 * MB)],
  ['a block of snappy that is too short for its size', 'snappy', varint(MB)],
  ['two blocks of snappy', 'snappy', xerial([snappy(200 * MB), snappy(200 * MB)])],
  [
    'a long match in lz4',
    'lz4',
    lz4(Buffer.concat([Buffer.from('1f610100', 'hex'), Buffer.alloc(1.2 * MB, 255), Buffer.from([0])])),
  ],
  ['zstd with many blocks', 'zstd', zstd({ window: 17 }, 2_100)],
  ['zstd with two frames of 150 MB', 'zstd', Buffer.concat([zstd({ window: 17 }, 1_200), zstd({ window: 17 }, 1_200)])],
  ['zstd with a large window', 'zstd', zstd({ window: 30 }, 1)],
  ['zstd with the largest window', 'zstd', zstd({ window: 41 }, 1)],
  ['zstd with a large size', 'zstd', zstd({ size: 300 * MB }, 1)],
  ['zstd with a size that no memory has', 'zstd', zstd({ size: 2 ** 40 }, 1)],
  ['zstd with a large second frame', 'zstd', Buffer.concat([zstd({ window: 17 }, 1), zstd({ window: 30 }, 1)])],
];

test.each(bombs)('data that would not fit into memory is refused: %s', async (_what, name, bytes) => {
  const decompress = await loadCodec(types[name]);
  const before = process.memoryUsage.rss();
  expect(() => decompress(bytes)).toThrow();
  expect(process.memoryUsage.rss() - before).toBeLessThan(800 * MB);
});

test.each(Object.entries(types))('damaged data ends with an error, or with few bytes: %s', async (name, type) => {
  const decompress = await loadCodec(type);
  const begin = { gzip: '1f8b0800000000000003', snappy: '', lz4: '04224d18407000', zstd: '28b52ffd0038' }[name] ?? '';
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        expect(decompress(Buffer.concat([Buffer.from(begin, 'hex'), bytes])).length).toBeLessThanOrEqual(256 * MB);
      } catch (error) {
        expect(error).toBeInstanceOf(Error);
      }
    }),
    { numRuns: 300 },
  );
});

test('zstd with frames that are skipped, an unknown size, and several frames', async () => {
  const decompress = await loadCodec(types.zstd);
  const skipped = Buffer.from('502a4d1803000000aabbcc', 'hex');
  const bytes = Buffer.concat([zstd({ window: 17 }, 2), skipped, zstd({ size: 131_072 }, 1)]);
  expect(decompress(bytes).equals(Buffer.alloc(3 * 131_072, 'x'))).toBe(true);
});

function varint(value: number): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
  return Buffer.from([...out, rest]);
}

/** A block that repeats one byte. */
function snappy(size: number): Buffer {
  const repeats = Buffer.alloc(3 * Math.floor((size - 1) / 64), Buffer.from([0xfe, 1, 0]));
  return Buffer.concat([varint(size), Buffer.from([0, 120]), repeats]);
}

function xerial(blocks: readonly Buffer[]): Buffer {
  const header = Buffer.from('82534e41505059000000000100000001', 'hex');
  return Buffer.concat([header, ...blocks.flatMap((block) => [uint32(block.length).reverse(), block])]);
}

function lz4(block: Buffer): Buffer {
  return Buffer.concat([Buffer.from('04224d18407000', 'hex'), uint32(block.length), block, uint32(0)]);
}

/** A frame of blocks that repeat one byte 131 072 times each. */
function zstd({ window, size }: { window?: number; size?: number }, blocks: number): Buffer {
  const header = Buffer.alloc(size === undefined ? 6 : 13);
  header.writeUInt32LE(0xfd2f_b528);
  if (size === undefined) header[5] = ((window ?? 17) - 10) * 8;
  else {
    header[4] = 0xe0;
    header.writeBigUInt64LE(BigInt(size), 5);
  }
  const block = (isLast: boolean): Buffer =>
    Buffer.concat([uint32(131_072 * 8 + 2 + Number(isLast)).subarray(0, 3), Buffer.from('x')]);
  return Buffer.concat([header, ...Array.from({ length: blocks }, (_, i) => block(i === blocks - 1))]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
