import zlib from 'node:zlib';
import { isTooLarge } from './decompressed.js';
import { zstdFrames } from './zstd-frames.js';

/**
 * Loads a decoder. Node has zstd from 22.15 and 23.8 on; for older ones there is a package.
 *
 * @param most bytes that a batch may have
 * @throws Error if there is none
 */
export async function loadZstd(most: number): Promise<(bytes: Buffer) => Buffer> {
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (bytes: Buffer, options: object) => Buffer };
  if (zstdDecompressSync !== undefined)
    return eachFrame(most, (frame, take) => take(zstdDecompressSync(frame, { maxOutputLength: most })));
  const { Decompress } = await import('fzstd');
  return eachFrame(most, (frame, take) => {
    new Decompress(take).push(frame, true);
  });
}

/**
 * The frames share one limit. Both decoders stop at the end of a frame.
 *
 * @param decode passes on the bytes of one frame, in parts
 */
function eachFrame(
  most: number,
  decode: (frame: Buffer, take: (part: Uint8Array) => void) => void,
): (bytes: Buffer) => Buffer {
  return (bytes) => {
    const parts: Uint8Array[] = [];
    let left = most;
    const take = (part: Uint8Array): void => {
      left -= part.length;
      if (left < 0) throw isTooLarge(most);
      parts.push(part);
    };
    for (const frame of zstdFrames(bytes, most)) decode(frame, take);
    return Buffer.concat(parts);
  };
}
