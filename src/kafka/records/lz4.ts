import { Decompressed, endsTooEarly } from './decompressed.js';

const MAGIC = 0x184d2204;
const VERSION = 0x40;
const BLOCK_CHECKSUMS = 0x10;
const CONTENT_SIZE = 0x08;
/** Set in the size of a block that is not compressed. */
const PLAIN = 0x8000_0000;
const LEAST_MATCH = 4;
/** A length in a token with this value continues in the next bytes. */
const CONTINUES = 15;

/**
 * Decompresses one LZ4 frame. Its checksums are not verified, because the one of the batch covers the same bytes.
 *
 * @throws RangeError if the result would be larger than `most`, or the data is damaged
 */
export function decompressLz4(frame: Buffer, most: number): Buffer {
  if (frame.readUInt32LE(0) !== MAGIC) throw new RangeError('it is not an LZ4 frame');
  const flags = frame.readUInt8(4);
  if ((flags & 0xc0) !== VERSION) throw new RangeError('its version of LZ4 is not known');
  const target = new Decompressed(frame.length, most);
  // After the block size, and before the checksum of the header.
  let at = 7 + ((flags & CONTENT_SIZE) === 0 ? 0 : 8);
  for (;;) {
    const size = frame.readUInt32LE(at);
    at += 4;
    if (size === 0) return target.bytes;
    const end = at + (size % PLAIN);
    if (end > frame.length) throw endsTooEarly();
    if (size >= PLAIN) target.append(frame, at, end);
    else readBlock(frame, at, end, target);
    at = end + ((flags & BLOCK_CHECKSUMS) === 0 ? 0 : 4);
  }
}

/** A match may begin in an earlier block. */
function readBlock(frame: Buffer, from: number, end: number, target: Decompressed): void {
  let at = from;
  const byte = (): number => {
    if (at >= end) throw endsTooEarly();
    return frame[at++] as number;
  };
  const length = (start: number): number => {
    let total = start;
    if (start === CONTINUES)
      for (let more = 255; more === 255;) {
        more = byte();
        total += more;
      }
    return total;
  };
  while (at < end) {
    const token = byte();
    const literals = length(token >> 4);
    if (at + literals > end) throw endsTooEarly();
    target.append(frame, at, at + literals);
    at += literals;
    // The last sequence of a block has no match.
    if (at === end) return;
    const distance = byte() + byte() * 256;
    target.repeat(distance, length(token & CONTINUES) + LEAST_MATCH);
  }
}
