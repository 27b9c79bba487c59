import zlib from 'node:zlib';
import { decompressLz4 } from './lz4.js';
import { decompressSnappy } from './snappy.js';
import { loadZstd } from './zstd.js';

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
  const codec = codecs[type] ?? (type === ZSTD ? await loadZstd(LARGEST_BATCH) : undefined);
  if (codec === undefined) throw new Error(`compression type ${type} is not known`);
  codecs[type] = codec;
  return codec;
}
