import Encoder from 'kafkajs/src/protocol/encoder.js';
import type { BrokerApis, ClusterMetadata, FetchAnswer, FetchedPartition } from '../client/broker-apis.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import { ByteReader } from '../records/byte-reader.js';
import { decodeFlexibleFetch } from '../records/fetch-response.js';

// Versions of Metadata and Fetch that kafkajs does not have. They identify topics by id, so that a topic that was
// deleted and created again is not confused with the old one (KIP-516). Both are "flexible" (KIP-482): headers and
// structures end with tagged fields. kafkajs writes the header without them, so the first byte of a body here belongs
// to the header.

const METADATA_VERSION = 12;
const FETCH_VERSION = 13;
const noTopicId = Buffer.alloc(16);
const READ_COMMITTED = 1;
const CONSUMER = -1;

interface FlexibleApi<A extends keyof BrokerApis> {
  readonly version: number;
  encode(body: BrokerApis[A]['request']): Encoder;
  decode(payload: Buffer): BrokerApis[A]['answer'];
}

export const flexibleMetadata: FlexibleApi<'metadata'> = {
  version: METADATA_VERSION,
  encode({ topics, allowAutoTopicCreation }) {
    const named = topics?.map((topic) => noTags(new Encoder().writeBuffer(noTopicId).writeUVarIntString(topic)));
    const body = noTags(new Encoder()).writeUVarIntArray(named ?? null);
    return noTags(body.writeBoolean(allowAutoTopicCreation).writeBoolean(false));
  },
  decode(payload): ClusterMetadata {
    const reader = new ByteReader(payload);
    reader.taggedFields();
    reader.int32(); // throttle time
    const brokers = reader.compactArray(() => {
      const broker = { nodeId: reader.int32(), host: reader.compactString() ?? '', port: reader.int32() };
      reader.compactString(); // rack
      reader.taggedFields();
      return broker;
    });
    const clusterId = reader.compactString() ?? undefined;
    const controllerId = reader.int32();
    const topics = reader.compactArray(() => {
      const error = kafkaErrorName(reader.int16());
      const topic = reader.compactString() ?? '';
      const topicId = reader.uuid();
      reader.int8(); // internal?
      const partitions = reader.compactArray(() => {
        const partitionError = kafkaErrorName(reader.int16());
        const partition = reader.int32();
        const leader = reader.int32();
        const leaderEpoch = reader.int32();
        const replicas = reader.compactArray(() => reader.int32());
        const isr = reader.compactArray(() => reader.int32());
        reader.compactArray(() => reader.int32()); // offline replicas
        reader.taggedFields();
        return { partition, error: partitionError, leader, leaderEpoch, replicas, isr };
      });
      reader.int32(); // authorized operations
      reader.taggedFields();
      return { topic, error, topicId, partitions };
    });
    return { brokers, clusterId, controllerId, topics };
  },
};

export const flexibleFetch: FlexibleApi<'fetch'> = {
  version: FETCH_VERSION,
  encode({ topicId, maxWaitMs, maxBytes, partitions }) {
    const positions = partitions.map(({ partition, offset, lastEpoch }) =>
      noTags(
        new Encoder()
          .writeInt32(partition)
          .writeInt32(-1) // leader epoch: unknown
          .writeInt64(offset)
          .writeInt32(lastEpoch)
          .writeInt64(-1) // log start: for followers
          .writeInt32(maxBytes),
      ),
    );
    const topic = noTags(new Encoder().writeBuffer(Buffer.from(topicId ?? '', 'hex')).writeUVarIntArray(positions));
    return noTags(
      noTags(new Encoder())
        .writeInt32(CONSUMER)
        .writeInt32(maxWaitMs)
        .writeInt32(1) // least bytes
        .writeInt32(maxBytes)
        .writeInt8(READ_COMMITTED)
        .writeInt32(0) // no fetch session
        .writeInt32(-1)
        .writeUVarIntArray([topic])
        .writeUVarIntArray([])
        .writeUVarIntString(''), // rack
    );
  },
  decode(payload): FetchAnswer {
    const reader = new ByteReader(payload);
    reader.taggedFields();
    return decodeFlexibleFetch(reader, 'id');
  },
};

/** The format of version 11, which has no topic ids; kafkajs' own decoder would also decode the records. */
export function decodeFetch11(payload: Buffer): FetchAnswer {
  const reader = new ByteReader(payload);
  reader.int32(); // throttle time
  const error = kafkaErrorName(reader.int16());
  reader.int32(); // session
  const topics = reader.array(() => {
    reader.string();
    return reader.array((): FetchedPartition => {
      const partition = reader.int32();
      const partitionError = kafkaErrorName(reader.int16());
      const highWatermark = reader.int64();
      const stableEnd = reader.int64();
      const logStart = reader.int64();
      const aborted = reader.array(() => ({ producerId: reader.int64(), firstOffset: reader.int64() }));
      reader.int32(); // preferred replica
      const records = reader.slice(Math.max(0, reader.int32()));
      return {
        partition,
        error: partitionError,
        highWatermark,
        stableEnd,
        logStart,
        divergence: undefined,
        aborted,
        records,
      };
    });
  });
  return { error, partitions: topics.flat() };
}

function noTags(encoder: Encoder): Encoder {
  return encoder.writeUVarInt(0);
}
