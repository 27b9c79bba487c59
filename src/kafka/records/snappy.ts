import { Decompressed, endsTooEarly, isTooLarge } from './decompressed.js';

/** Literals of at least this length have it in the next bytes. */
const LONG_LITERAL = 60;

/**
 * Java clients write a header (of xerial's snappy-java) and then blocks; other clients write one block without a
 * header.
 */
const xerial = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);
const XERIAL_HEADER_BYTES = 16;

/** @throws RangeError if the result would be larger than `most`, or the data is damaged */
export function decompressSnappy(bytes: Buffer, most: number): Buffer {
  if (!bytes.subarray(0, xerial.length).equals(xerial)) return readBlock(bytes, most);
  const blocks: Buffer[] = [];
  let left = most;
  for (let at = XERIAL_HEADER_BYTES; at < bytes.length;) {
    const from = at + 4;
    at = from + bytes.readUInt32BE(at);
    if (at > bytes.length) throw endsTooEarly();
    const block = readBlock(bytes.subarray(from, at), left);
    left -= block.length;
    blocks.push(block);
  }
  return Buffer.concat(blocks);
}

function readBlock(block: Buffer, most: number): Buffer {
  let at = 0;
  const number = (bytes: number): number => {
    let value = 0;
    if (at + bytes > block.length) throw endsTooEarly();
    for (let factor = 1, end = at + bytes; at < end; at += 1, factor *= 256) value += (block[at] as number) * factor;
    return value;
  };
  let size = 0;
  for (let factor = 1, more = true; more; factor *= 128) {
    const byte = number(1);
    size += (byte % 128) * factor;
    more = byte >= 128;
  }
  if (size > most) throw isTooLarge(most);
  const target = new Decompressed(block.length, size);
  while (at < block.length) {
    const tag = number(1);
    const upper = tag >> 2;
    switch (tag & 3) {
      case 0: {
        const literals = 1 + (upper < LONG_LITERAL ? upper : number(upper - LONG_LITERAL + 1));
        if (at + literals > block.length) throw endsTooEarly();
        target.append(block, at, at + literals);
        at += literals;
        break;
      }
      case 1:
        target.repeat((tag >> 5) * 256 + number(1), 4 + (upper & 7));
        break;
      case 2:
        target.repeat(number(2), 1 + upper);
        break;
      default:
        target.repeat(number(4), 1 + upper);
    }
  }
  if (target.length !== size) throw new RangeError(`it has ${target.length} bytes instead of ${size}`);
  return target.bytes;
}
