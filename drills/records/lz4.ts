/** Magic number; version 1, independent blocks of at most 64 kB, no checksums; the checksum of these two bytes. */
const header = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
const end = Buffer.alloc(4);
const MOST_IN_BLOCK = 65_536;
/** Set in the size of an uncompressed block. */
const IS_STORED = 0x8000_0000;

/** An LZ4 frame of uncompressed blocks: valid for every reader, without any compression. */
export function lz4Frame(bytes: Buffer): Buffer {
  const parts: Buffer[] = [header];
  for (let from = 0; from < bytes.length; from += MOST_IN_BLOCK) {
    const block = bytes.subarray(from, from + MOST_IN_BLOCK);
    const size = Buffer.alloc(4);
    size.writeUInt32LE((IS_STORED + block.length) >>> 0);
    parts.push(size, block);
  }
  return Buffer.concat([...parts, end]);
}
