import zlib from 'node:zlib';

/** Names of Kafka's compression types, by the number in a batch's attributes. */
export const codecNames = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;

export type Decompress = (bytes: Buffer) => Buffer;

/** A larger batch of records counts as damaged: no broker accepts one of nearly this size. */
const LARGEST_BATCH = 256 * 1024 * 1024;

const loaded = new Map<number, Decompress>();

/** The codec if it was loaded before. */
export function codecOf(type: number): Decompress | undefined {
  return type === 1 ? gunzip : loaded.get(type);
}

/**
 * Loads a codec. Most processes never need more than gzip, so each of the others is loaded with the first batch that
 * uses it.
 *
 * @throws Error if there is none
 */
export async function loadCodec(type: number): Promise<Decompress> {
  const codec = codecOf(type) ?? (await load(type));
  loaded.set(type, codec);
  return codec;
}

const gunzip: Decompress = (bytes) => zlib.gunzipSync(bytes, { maxOutputLength: LARGEST_BATCH });

async function load(type: number): Promise<Decompress> {
  switch (type) {
    case 2: {
      const { default: snappy } = await import('snappyjs');
      return (bytes) => unframeSnappy(bytes, (block) => asBuffer(snappy.uncompress(block, LARGEST_BATCH)));
    }
    case 3: {
      const { default: lz4 } = await import('lz4js');
      return (bytes) => asBuffer(lz4.decompress(bytes));
    }
    case 4:
      return zstd();
    default:
      throw new Error(`compression type ${type} is not known`);
  }
}

/** Node has zstd from 22.15 and 23.8 on; for older ones there is a package. */
async function zstd(): Promise<Decompress> {
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Buffer, options: object) => Buffer };
  if (zstdDecompressSync !== undefined) return (bytes) => zstdDecompressSync(bytes, { maxOutputLength: LARGEST_BATCH });
  const { decompress } = await import('fzstd');
  return (bytes) => asBuffer(decompress(bytes));
}

/**
 * Java clients write a header (of xerial's snappy-java) and then blocks; other clients write one block without a
 * header.
 */
const xerial = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEADER_BYTES = 16;

function unframeSnappy(bytes: Buffer, uncompress: Decompress): Buffer {
  if (!bytes.subarray(0, xerial.length).equals(xerial)) return uncompress(bytes);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length;) {
    const size = bytes.readInt32BE(at);
    blocks.push(uncompress(bytes.subarray(at + 4, at + 4 + size)));
    at += 4 + size;
  }
  return Buffer.concat(blocks);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
