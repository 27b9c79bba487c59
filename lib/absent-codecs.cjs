'use strict';
/**
 * Replaces packages of @platformatic/kafka that nothing here uses: checksums and codecs in WebAssembly, which are a
 * second file, and Avro. Batches of records are encoded and decoded in src/kafka/records.
 */
function absent() {
  throw new Error('this bundle has no codecs of @platformatic/kafka');
}

module.exports = {
  crc32c: absent,
  lz4Compress: absent,
  lz4Decompress: absent,
  snappyCompress: absent,
  snappyDecompress: absent,
};
