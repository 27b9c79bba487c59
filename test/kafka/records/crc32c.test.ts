import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32c } from '../../../src/kafka/records/crc32c.js';

/** The definition: bit by bit. */
function slowly(bytes: Uint8Array): number {
  let crc = -1;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}

// RFC 3720, appendix B.4, and the check value of the catalogue of CRC algorithms.
test.each([
  ['123456789', Buffer.from('123456789'), 0xe306_9283],
  ['32 bytes of zeros', Buffer.alloc(32), 0x8a91_36aa],
  ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8_ab43],
  ['nothing', Buffer.alloc(0), 0],
])('the checksum of %s', (_, bytes, checksum) => {
  expect(crc32c(bytes)).toBe(checksum);
});

test('bytes of any length have the checksum of the definition', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      expect(crc32c(bytes)).toBe(slowly(bytes));
    }),
  );
});
