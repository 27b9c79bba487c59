import Encoder from 'kafkajs/src/protocol/encoder.js';
import type { BrokerApis, TopicApi } from '../client/broker-apis.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import { encodeBatch } from '../records/encode-batch.js';
import { decodeFetch11, flexibleFetch, flexibleMetadata } from './flexible-apis.js';
import {
  byPartition,
  definitionOf,
  kafkajs,
  outcome,
  own,
  type Outcome,
  type Prepare,
  type TopicPartitions,
} from './prepare.js';

const METADATA = 3;
const FETCH = 1;
const PRODUCE = 0;
const ALL_REPLICAS = -1;
/** The fields of a produce request besides its topic and its batches … */
const REQUEST_BYTES = 18;
/** … and those of each partition. */
const PARTITION_BYTES = 8;
/** Kafka's field for the replica that asks: this is a consumer, not a broker. */
const CONSUMER_REPLICA = -1;

const metadata: Prepare<'metadata'> = (body, versions) => {
  const { version, encode, decode } = flexibleMetadata;
  if ((versions[METADATA]?.maxVersion ?? 0) >= version)
    return {
      protocol: own(METADATA, version, 'Metadata', () => encode(body)),
      isFlexible: true,
      answer: (payload) => decode(payload as Buffer),
    };
  return oldMetadata(body, versions);
};

interface OldMetadata {
  brokers: { nodeId: number; host: string; port: number }[];
  clusterId?: string | null;
  controllerId: number;
  topicMetadata: {
    topicErrorCode: number;
    topic: string;
    partitionMetadata: {
      partitionErrorCode: number;
      partitionId: number;
      leader: number;
      replicas: number[];
      isr: number[];
    }[];
  }[];
}

const oldMetadata = kafkajs<'metadata', OldMetadata>(
  'Metadata',
  METADATA,
  ({ topics, allowAutoTopicCreation }) => ({ topics: topics ?? [], allowAutoTopicCreation }),
  ({ brokers, clusterId, controllerId, topicMetadata }) => ({
    brokers,
    clusterId: clusterId ?? undefined,
    controllerId,
    topics: topicMetadata.map(({ topicErrorCode, topic, partitionMetadata }) => ({
      topic,
      error: kafkaErrorName(topicErrorCode),
      topicId: undefined,
      partitions: partitionMetadata.map(({ partitionErrorCode, partitionId, leader, replicas, isr }) => ({
        partition: partitionId,
        error: kafkaErrorName(partitionErrorCode),
        leader,
        leaderEpoch: -1,
        replicas,
        isr,
      })),
    })),
  }),
);

const fetch: Prepare<'fetch'> = (body, versions) => {
  const { version, encode, decode } = flexibleFetch;
  if (body.topicId !== undefined && (versions[FETCH]?.maxVersion ?? 0) >= version)
    return {
      protocol: own(FETCH, version, 'Fetch', () => encode(body)),
      isFlexible: true,
      answer: (payload) => decode(payload as Buffer),
    };
  const { topic, maxWaitMs, maxBytes, partitions } = body;
  const old = definitionOf(
    'Fetch',
    FETCH,
    versions,
  )({
    replicaId: CONSUMER_REPLICA,
    maxWaitTime: maxWaitMs,
    minBytes: 1,
    maxBytes,
    topics: [
      {
        topic,
        partitions: partitions.map(({ partition, offset }) => ({ partition, fetchOffset: offset, maxBytes })),
      },
    ],
  });
  if (old.request.apiVersion !== 11) throw new Error('brokers older than Kafka 2.3 are not supported');
  return {
    protocol: { ...own(FETCH, 11, 'Fetch', () => undefined), request: old.request },
    answer: (payload) => decodeFetch11(payload as Buffer),
  };
};

const produceOf = kafkajs<
  'produce',
  { topics: { partitions: { partition: number; errorCode: number; baseOffset: string }[] }[] }
>(
  'Produce',
  PRODUCE,
  () => ({ acks: ALL_REPLICAS, topicData: [] }),
  ({ topics }) =>
    byPartition(topics, ({ errorCode, baseOffset }) => ({
      error: kafkaErrorName(errorCode),
      baseOffset: Number(baseOffset),
    })),
);

/**
 * Batches are encoded here: kafkajs would create several buffers for each record, and copy each batch eight times. All
 * versions since 3 have the same fields.
 */
const produce: Prepare<'produce'> = (body, versions) => {
  const { protocol, answer } = produceOf(body, versions);
  if (protocol.request.apiVersion < 3) throw new Error('brokers older than Kafka 2.3 are not supported');
  const encode = (): Promise<unknown> => Promise.resolve(encodeProduce(body));
  return { protocol: { ...protocol, request: { ...protocol.request, encode } }, answer };
};

function encodeProduce({ topic, batches, timeoutMs }: BrokerApis['produce']['request']): Encoder {
  const encoded = batches.map(({ partition, records }) => ({ partition, bytes: encodeBatch(records) }));
  const total = encoded.reduce((sum, { bytes }) => sum + PARTITION_BYTES + bytes.length, 0);
  const request = new Encoder(REQUEST_BYTES + Buffer.byteLength(topic) + total)
    .writeString(null) // no transaction
    .writeInt16(ALL_REPLICAS)
    .writeInt32(timeoutMs)
    .writeInt32(1) // topics
    .writeString(topic)
    .writeInt32(encoded.length);
  for (const { partition, bytes } of encoded) request.writeInt32(partition).writeInt32(bytes.length).writeBuffer(bytes);
  return request;
}

/** Requests about topics and their records. */
export const topicApis: {
  readonly [A in TopicApi]: Prepare<A>;
} = {
  metadata,
  fetch,
  listOffsets: kafkajs<
    'listOffsets',
    { responses: TopicPartitions<{ partition: number; errorCode: number; offset: string }>[] }
  >(
    'ListOffsets',
    2,
    ({ topic, partitions, timestamp }) => ({
      replicaId: CONSUMER_REPLICA,
      topics: [{ topic, partitions: partitions.map((partition) => ({ partition, timestamp })) }],
    }),
    ({ responses }) =>
      byPartition(responses, ({ errorCode, offset }) => ({ error: kafkaErrorName(errorCode), offset: Number(offset) })),
  ),
  produce,
  createTopics: kafkajs<'createTopics', { topicErrors: Outcome[] }>(
    'CreateTopics',
    19,
    ({ topic, partitions, replicationFactor, configs, timeoutMs }) => ({
      topics: [
        {
          topic,
          numPartitions: partitions,
          replicationFactor,
          configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
        },
      ],
      validateOnly: false,
      timeout: timeoutMs,
    }),
    ({ topicErrors }) => outcome(topicErrors[0] ?? { errorCode: 0 }),
  ),
  deleteTopics: kafkajs<'deleteTopics', { topicErrors: { topic: string; errorCode: number }[] }>(
    'DeleteTopics',
    20,
    ({ topics, timeoutMs }) => ({ topics, timeout: timeoutMs }),
    ({ topicErrors }) => new Map(topicErrors.map(({ topic, errorCode }) => [topic, kafkaErrorName(errorCode)])),
  ),
};
