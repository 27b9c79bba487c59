import { isTooLarge } from './decompressed.js';

const MAGIC = 0xfd2f_b528;
const SKIPPABLE = 0x184d_2a50;
const CHECKSUM = 0x04;
const SINGLE_SEGMENT = 0x20;
const dictionaryBytes = [0, 1, 2, 4];
/** A block of this type is one byte that is repeated. */
const REPEATED = 1;

/**
 * The Zstandard frames in these bytes. A decoder allocates the memory that the header of a frame asks for, which may
 * be gigabytes for a frame of a few bytes.
 *
 * @throws RangeError if a frame asks for more than `most`, or the data is damaged
 */
export function zstdFrames(bytes: Buffer, most: number): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const magic = bytes.readUInt32LE(at);
    const isSkippable = (magic & 0xffff_fff0) === SKIPPABLE;
    if (!isSkippable && magic !== MAGIC) throw new RangeError('it is not a Zstandard frame');
    const end = isSkippable ? at + 8 + bytes.readUInt32LE(at + 4) : endOfFrame(bytes, at, most);
    if (!isSkippable) frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}

function endOfFrame(bytes: Buffer, from: number, most: number): number {
  const flags = bytes.readUInt8(from + 4);
  const isSingle = (flags & SINGLE_SEGMENT) !== 0;
  let at = from + 5;
  let memory = 0;
  if (!isSingle) {
    const window = bytes.readUInt8(at);
    memory = 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8);
    at += 1;
  }
  at += dictionaryBytes[flags & 3] as number;
  const sizeBytes = flags >> 6 === 0 ? Number(isSingle) : 2 ** (flags >> 6);
  // Of eight bytes, the highest two are zero in every size that is allowed.
  if (sizeBytes === 8 && bytes.readUInt16LE(at + 6) > 0) memory = Number.POSITIVE_INFINITY;
  if (sizeBytes > 0) memory = Math.max(memory, bytes.readUIntLE(at, Math.min(6, sizeBytes)));
  if (memory > most) throw isTooLarge(most);
  at += sizeBytes;
  for (let isLast = false; !isLast;) {
    const header = bytes.readUIntLE(at, 3);
    isLast = (header & 1) === 1;
    at += 3 + (((header >> 1) & 3) === REPEATED ? 1 : header >> 3);
  }
  return at + ((flags & CHECKSUM) === 0 ? 0 : 4);
}
