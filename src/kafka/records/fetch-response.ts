import type { Divergence, FetchAnswer, FetchedPartition } from '../client/broker-apis.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import type { ByteReader } from './byte-reader.js';

/**
 * The body of a response to Fetch, of versions 12 and 13. Both are "flexible" (KIP-482). Batches of records stay as
 * they are, and share the memory of the response.
 *
 * @param topicBy how the response names the topic: version 12 by its name, version 13 by its id
 */
export function decodeFlexibleFetch(reader: ByteReader, topicBy: 'name' | 'id'): FetchAnswer {
  reader.int32(); // throttle time
  const error = kafkaErrorName(reader.int16());
  reader.int32(); // session
  const topics = reader.compactArray(() => {
    if (topicBy === 'id') reader.uuid();
    else reader.compactString();
    const partitions = reader.compactArray(() => fetchedPartition(reader));
    reader.taggedFields();
    return partitions;
  });
  return { error, partitions: topics.flat() };
}

const DIVERGING_EPOCH = 0;

function fetchedPartition(reader: ByteReader): FetchedPartition {
  const partition = reader.int32();
  const error = kafkaErrorName(reader.int16());
  const highWatermark = reader.int64();
  const stableEnd = reader.int64();
  const logStart = reader.int64();
  const aborted = reader.compactArray(() => {
    const transaction = { producerId: reader.int64(), firstOffset: reader.int64() };
    reader.taggedFields();
    return transaction;
  });
  reader.int32(); // preferred replica
  const records = reader.slice(Math.max(0, reader.unsignedVarint() - 1));
  let divergence: Divergence | undefined;
  reader.taggedFields((tag, value) => {
    if (tag === DIVERGING_EPOCH) divergence = { epoch: value.int32(), offset: value.int64() };
  });
  return { partition, error, highWatermark, stableEnd, logStart, divergence, aborted, records };
}
