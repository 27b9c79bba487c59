import zlib from 'node:zlib';
import { isTooLarge } from './decompressed.js';
import { decompressLz4 } from './lz4.js';
import { decompressSnappy } from './snappy.js';
import { zstdFrames } from './zstd-frames.js';

/** Names of Kafka's compression types, by the number in a batch's attributes. */
export const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type Decompress = (bytes: Buffer) => Buffer;

/**
 * A larger batch of records counts as damaged: no broker accepts one of nearly this size. Without a limit, a small batch
 * could expand until this process has no memory, and would do so again after each start.
 */
const LARGEST_BATCH = 256 * 1024 * 1024;

const codecs: (Decompress | undefined)[] = [
  undefined,
  (bytes) => zlib.gunzipSync(bytes, { maxOutputLength: LARGEST_BATCH }),
  (bytes) => decompressSnappy(bytes, LARGEST_BATCH),
  (bytes) => decompressLz4(bytes, LARGEST_BATCH),
];
const ZSTD = 4;

/** The codec, unless it has not been loaded yet. */
export function codecOf(type: number): Decompress | undefined {
  return codecs[type];
}

/**
 * Loads a codec. Most processes never need zstd, so its package is loaded with the first batch that uses it.
 *
 * @throws Error if there is none
 */
export async function loadCodec(type: number): Promise<Decompress> {
  const codec = codecs[type] ?? (type === ZSTD ? await zstd() : undefined);
  if (codec === undefined) throw new Error(`compression type ${type} is not known`);
  codecs[type] = codec;
  return codec;
}

/** Node has zstd from 22.15 and 23.8 on; for older ones there is a package. */
async function zstd(): Promise<Decompress> {
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Buffer, options: object) => Buffer };
  if (zstdDecompressSync !== undefined)
    return eachFrame((frame, take) => take(zstdDecompressSync(frame, { maxOutputLength: LARGEST_BATCH })));
  const { Decompress } = await import('fzstd');
  return eachFrame((frame, take) => {
    new Decompress(take).push(frame, true);
  });
}

/**
 * The frames share one limit. Both decoders stop at the end of a frame.
 *
 * @param decode passes on the bytes of one frame, in parts
 */
function eachFrame(decode: (frame: Buffer, take: (part: Uint8Array) => void) => void): Decompress {
  return (bytes) => {
    const parts: Uint8Array[] = [];
    let left = LARGEST_BATCH;
    const take = (part: Uint8Array): void => {
      left -= part.length;
      if (left < 0) throw isTooLarge(LARGEST_BATCH);
      parts.push(part);
    };
    for (const frame of zstdFrames(bytes, LARGEST_BATCH)) decode(frame, take);
    return Buffer.concat(parts);
  };
}
