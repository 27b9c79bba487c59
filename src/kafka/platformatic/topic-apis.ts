import type { TopicApi } from '../client/broker-apis.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import { encodeBatch } from '../records/encode-batch.js';
import { decodeFlexibleFetch } from '../records/fetch-response.js';
import { bytesOf, byPartition, call, outcome, type Call } from './call.js';
import type { Platformatic } from './package.js';

/** Kafka's field for the replica that asks: this is a consumer, not a broker. */
const CONSUMER_REPLICA = -1;
const READ_UNCOMMITTED = 0;
const READ_COMMITTED = 1;
const LEAST_BYTES = 1;
const NO_SESSION = -1;
const UNKNOWN_EPOCH = -1;
const ALL_REPLICAS = -1;
const NO_ID = '00000000000000000000000000000000';

/** Requests about topics and their records. */
export function topicApis(platformatic: Platformatic): {
  readonly [A in TopicApi]: Call<A>;
} & { readonly fetchByName: Call<'fetch'> } {
  const { Writer, metadataV12, listOffsetsV7, produceV9, createTopicsV7, deleteTopicsV6 } = platformatic;
  return {
    metadata: call(
      metadataV12,
      ({ topics, allowAutoTopicCreation }) =>
        metadataV12.createRequest(topics === undefined ? null : [...topics], allowAutoTopicCreation, false),
      ({ brokers, clusterId, controllerId, topics }) => ({
        brokers: brokers.map(({ nodeId, host, port }) => ({ nodeId, host, port })),
        clusterId: clusterId ?? undefined,
        controllerId,
        topics: topics.map(({ errorCode, name, topicId, partitions }) => ({
          topic: name ?? '',
          error: kafkaErrorName(errorCode),
          topicId: idOf(topicId),
          partitions: partitions.map((one) => ({
            partition: one.partitionIndex,
            error: kafkaErrorName(one.errorCode),
            leader: one.leaderId,
            leaderEpoch: one.leaderEpoch,
            replicas: one.replicaNodes,
            isr: one.isrNodes,
          })),
        })),
      }),
    ),
    fetch: fetchCall(platformatic, 'fetchV13'),
    fetchByName: fetchCall(platformatic, 'fetchV12'),
    listOffsets: call(
      listOffsetsV7,
      ({ topic, partitions, timestamp }) =>
        listOffsetsV7.createRequest(CONSUMER_REPLICA, READ_UNCOMMITTED, [
          {
            name: topic,
            partitions: partitions.map((partition) => ({
              partitionIndex: partition,
              currentLeaderEpoch: UNKNOWN_EPOCH,
              timestamp: BigInt(timestamp),
            })),
          },
        ]),
      ({ topics }) =>
        byPartition(topics, ({ errorCode, offset }) => ({ error: kafkaErrorName(errorCode), offset: Number(offset) })),
    ),
    // Batches are encoded here: the package would create several buffers for each record.
    produce: call(
      produceV9,
      ({ topic, batches, timeoutMs }) =>
        Writer.create()
          .appendString(null) // no transaction
          .appendInt16(ALL_REPLICAS)
          .appendInt32(timeoutMs)
          .appendArray([topic], (topics, name) =>
            topics
              .appendString(name)
              .appendArray([...batches], (inTopic, { partition, records }) =>
                inTopic.appendInt32(partition).appendBytes(encodeBatch(records)),
              ),
          )
          .appendTaggedFields(),
      ({ responses }) =>
        new Map(
          responses
            .flatMap(({ partitionResponses }) => partitionResponses)
            .map(({ index, errorCode, baseOffset }) => [
              index,
              { error: kafkaErrorName(errorCode), baseOffset: Number(baseOffset) },
            ]),
        ),
    ),
    createTopics: call(
      createTopicsV7,
      ({ topic, partitions, replicationFactor, configs, timeoutMs }) =>
        createTopicsV7.createRequest(
          [
            {
              name: topic,
              numPartitions: partitions,
              replicationFactor,
              assignments: [],
              configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
            },
          ],
          timeoutMs,
          false,
        ),
      ({ topics }) => outcome(topics[0] ?? { errorCode: 0 }),
    ),
    deleteTopics: call(
      deleteTopicsV6,
      ({ topics, timeoutMs }) =>
        deleteTopicsV6.createRequest(
          topics.map((name) => ({ name, topicId: null })),
          timeoutMs,
        ),
      ({ responses }) => new Map(responses.map(({ name, errorCode }) => [name ?? '', kafkaErrorName(errorCode)])),
    ),
  };
}

/** The response is decoded here, because record batches stay encoded until each one is read. */
function fetchCall(platformatic: Platformatic, name: 'fetchV12' | 'fetchV13'): Call<'fetch'> {
  const { api, createRequest } = platformatic[name];
  return {
    key: api.key,
    version: api.version,
    encode: ({ topic, topicId, maxWaitMs, maxBytes, partitions }) => {
      // Versions of the package have it in different fields.
      const identity = topicId ?? topic;
      const wanted = partitions.map(({ partition, offset, lastEpoch }) => ({
        partition,
        currentLeaderEpoch: UNKNOWN_EPOCH,
        fetchOffset: BigInt(offset),
        lastFetchedEpoch: lastEpoch,
        partitionMaxBytes: maxBytes,
      }));
      const topics = [{ topic: identity, topicId: identity, partitions: wanted }];
      return createRequest(maxWaitMs, LEAST_BYTES, maxBytes, READ_COMMITTED, 0, NO_SESSION, topics, [], '');
    },
    decode: (reader) => decodeFlexibleFetch(bytesOf(reader), name === 'fetchV13' ? 'id' : 'name'),
  };
}

/** 32 hexadecimal digits; undefined for the id of all zeros, which means "none". */
function idOf(uuid: string): string | undefined {
  const id = uuid.replaceAll('-', '');
  return id === NO_ID ? undefined : id;
}
