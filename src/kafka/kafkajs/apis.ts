import type { Protocol } from 'kafkajs/src/network/connection.js';
import protocol from 'kafkajs/src/protocol/requests/index.js';
import type { ApiName, BrokerApis, GroupDescription, KafkaErrorName } from '../client/broker-apis.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import { decodeFetch11, flexibleFetch, flexibleMetadata } from './flexible-apis.js';

/** The highest version of each API, by its key, that a broker takes. */
export type BrokerVersions = Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;

/** A request ready to be written, and how its answer is read. */
export interface PreparedRequest<A extends ApiName> {
  readonly protocol: Protocol;
  /** Takes what `protocol.response.decode` gave. */
  answer(decoded: unknown): BrokerApis[A]['answer'];
}

type Prepare<A extends ApiName> = (body: BrokerApis[A]['request'], versions: BrokerVersions) => PreparedRequest<A>;

const { requests } = protocol;
const METADATA = 3;
const FETCH = 1;
/** An offset that Kafka's requests for committed offsets and log ends have no use for. */
const CONSUMER_REPLICA = -1;

/** One of kafkajs' request definitions; its decoder is used, but errors in an answer are ours to look at. */
function kafkajs<A extends ApiName, D>(
  name: string,
  apiKey: number,
  args: (body: BrokerApis[A]['request']) => object,
  answer: (decoded: D) => BrokerApis[A]['answer'],
): Prepare<A> {
  return (body, versions) => ({
    protocol: definitionOf(name, apiKey, versions)(args(body)),
    answer: (decoded) => answer(decoded as D),
  });
}

function definitionOf(name: string, apiKey: number, versions: BrokerVersions): (args?: object) => Protocol {
  const definition = requests[name];
  const offered = versions[apiKey];
  if (definition === undefined || offered === undefined)
    throw Object.assign(new Error(`the broker does not know ${name} requests`), {
      name: 'KafkaJSServerDoesNotSupportApiKey',
    });
  const ours = Math.max(...definition.versions.map(Number));
  return definition.protocol({ version: Math.min(ours, offered.maxVersion) });
}

/** A request whose form kafkajs does not know. */
function own(apiKey: number, apiVersion: number, apiName: string, encode: () => unknown): Protocol {
  return {
    request: { apiKey, apiVersion, apiName, encode: () => Promise.resolve(encode()) },
    response: { decode: (payload) => Promise.resolve(payload), parse: (payload) => Promise.resolve(payload) },
  };
}

const metadata: Prepare<'metadata'> = (body, versions) => {
  const { version, encode, decode } = flexibleMetadata;
  if ((versions[METADATA]?.maxVersion ?? 0) >= version)
    return {
      protocol: own(METADATA, version, 'Metadata', () => encode(body)),
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

interface TopicPartitions<P> {
  topic: string;
  partitions: P[];
}

function byPartition<P extends { partition: number }, V>(
  topics: readonly { partitions: readonly P[] }[],
  value: (partition: P) => V,
): Map<number, V> {
  return new Map(topics.flatMap(({ partitions }) => partitions).map((one) => [one.partition, value(one)]));
}

const acl = ({
  principal,
  host,
  resourceType,
  resourceName,
  patternType,
  operation,
  permission,
}: BrokerApis['createAcls']['request']['acls'][number]): object => ({
  principal,
  host,
  resourceType,
  resourceName,
  resourcePatternType: patternType,
  operation,
  permissionType: permission,
});

interface Outcome {
  errorCode: number;
  errorMessage?: string | null;
}
const outcome = ({ errorCode, errorMessage }: Outcome): { error: KafkaErrorName; message: string | undefined } => ({
  error: kafkaErrorName(errorCode),
  message: errorMessage ?? undefined,
});

const ACL_ANY = 1;
const ACL_ANY_PATTERN = 1;
const BROKER_RESOURCE = 4;

/** How each request of `BrokerApis` is written and read. */
export const apis: { readonly [A in ApiName]: Prepare<A> } = {
  metadata,
  fetch,
  findCoordinator: kafkajs<
    'findCoordinator',
    { errorCode: number; coordinator: { nodeId: number; host: string; port: number } }
  >(
    'GroupCoordinator',
    10,
    ({ group }) => ({ groupId: group }),
    ({ errorCode, coordinator }) => ({ error: kafkaErrorName(errorCode), ...coordinator }),
  ),
  joinGroup: kafkajs<
    'joinGroup',
    {
      errorCode: number;
      generationId: number;
      memberId: string;
      leaderId: string;
      members: { memberId: string; memberMetadata: Buffer }[];
    }
  >(
    'JoinGroup',
    11,
    ({ group, memberId, sessionTimeoutMs, rebalanceTimeoutMs, protocol: name, metadata: bytes }) => ({
      groupId: group,
      memberId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: rebalanceTimeoutMs,
      protocolType: 'consumer',
      groupProtocols: [{ name, metadata: bytes }],
    }),
    ({ errorCode, generationId, memberId, leaderId, members }) => ({
      error: kafkaErrorName(errorCode),
      generation: generationId,
      memberId,
      leaderId,
      members: members.map((member) => ({ memberId: member.memberId, metadata: member.memberMetadata })),
    }),
  ),
  syncGroup: kafkajs<'syncGroup', { errorCode: number; memberAssignment: Buffer }>(
    'SyncGroup',
    14,
    ({ group, generation, memberId, assignments }) => ({
      groupId: group,
      generationId: generation,
      memberId,
      groupAssignment: assignments.map((one) => ({ memberId: one.memberId, memberAssignment: one.assignment })),
    }),
    ({ errorCode, memberAssignment }) => ({ error: kafkaErrorName(errorCode), assignment: memberAssignment }),
  ),
  heartbeat: kafkajs<'heartbeat', { errorCode: number }>(
    'Heartbeat',
    12,
    ({ group, generation, memberId }) => ({
      groupId: group,
      groupGenerationId: generation,
      memberId,
      groupInstanceId: null,
    }),
    ({ errorCode }) => ({ error: kafkaErrorName(errorCode) }),
  ),
  leaveGroup: kafkajs<'leaveGroup', { errorCode: number; members?: { errorCode: number }[] }>(
    'LeaveGroup',
    13,
    ({ group, memberId }) => ({ groupId: group, memberId, groupInstanceId: null }),
    ({ errorCode, members }) => ({ error: kafkaErrorName(errorCode || (members?.[0]?.errorCode ?? 0)) }),
  ),
  offsetCommit: kafkajs<'offsetCommit', { responses: TopicPartitions<{ partition: number; errorCode: number }>[] }>(
    'OffsetCommit',
    8,
    ({ group, generation, memberId, topic, offsets }) => ({
      groupId: group,
      groupGenerationId: generation,
      memberId,
      topics: [
        {
          topic,
          partitions: [...offsets].map(([partition, { offset, metadata: text }]) => ({
            partition,
            offset,
            metadata: text,
          })),
        },
      ],
    }),
    ({ responses }) => ({ errors: byPartition(responses, ({ errorCode }) => kafkaErrorName(errorCode)) }),
  ),
  offsetFetch: kafkajs<
    'offsetFetch',
    {
      errorCode?: number;
      responses: TopicPartitions<{ partition: number; offset: string; metadata: string | null; errorCode: number }>[];
    }
  >(
    'OffsetFetch',
    9,
    ({ group, topic, partitions }) => ({
      groupId: group,
      topics: [{ topic, partitions: partitions.map((partition) => ({ partition })) }],
    }),
    ({ errorCode, responses }) => ({
      error: kafkaErrorName(errorCode ?? 0),
      partitions: byPartition(responses, (one) => ({
        error: kafkaErrorName(one.errorCode),
        offset: Number(one.offset),
        metadata: one.metadata ?? '',
      })),
    }),
  ),
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
  produce: kafkajs<
    'produce',
    { topics: { partitions: { partition: number; errorCode: number; baseOffset: string }[] }[] }
  >(
    'Produce',
    0,
    ({ topic, batches, timeoutMs }) => ({
      acks: -1,
      timeout: timeoutMs,
      topicData: [{ topic, partitions: batches.map(({ partition, records }) => ({ partition, messages: records })) }],
    }),
    ({ topics }) =>
      byPartition(topics, ({ errorCode, baseOffset }) => ({
        error: kafkaErrorName(errorCode),
        baseOffset: Number(baseOffset),
      })),
  ),
  describeGroups: kafkajs<
    'describeGroups',
    {
      groups: {
        errorCode: number;
        groupId: string;
        state: string;
        protocolType: string;
        members: { memberId: string; memberMetadata: Buffer }[];
      }[];
    }
  >(
    'DescribeGroups',
    15,
    ({ groups }) => ({ groupIds: groups }),
    ({ groups }) =>
      groups.map(({ errorCode, groupId, state, protocolType, members }): GroupDescription => ({
        group: groupId,
        error: kafkaErrorName(errorCode),
        state,
        protocolType,
        members: members.map(({ memberId, memberMetadata }) => ({ memberId, metadata: memberMetadata })),
      })),
  ),
  listGroups: kafkajs<'listGroups', { errorCode: number; groups: { groupId: string; protocolType: string }[] }>(
    'ListGroups',
    16,
    () => ({}),
    ({ errorCode, groups }) => ({
      error: kafkaErrorName(errorCode),
      groups: groups.map(({ groupId, protocolType }) => ({ group: groupId, protocolType })),
    }),
  ),
  deleteGroups: kafkajs<'deleteGroups', { results: { groupId: string; errorCode: number }[] }>(
    'DeleteGroups',
    42,
    ({ groups }) => groups,
    ({ results }) => new Map(results.map(({ groupId, errorCode }) => [groupId, kafkaErrorName(errorCode)])),
  ),
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
  describeBroker: kafkajs<
    'describeBroker',
    { resources: { errorCode: number; configEntries: { configName: string; configValue: string | null }[] }[] }
  >(
    'DescribeConfigs',
    32,
    ({ nodeId }) => ({ resources: [{ type: BROKER_RESOURCE, name: String(nodeId) }], includeSynonyms: false }),
    ({ resources }) => ({
      error: kafkaErrorName(resources[0]?.errorCode ?? 0),
      settings: (resources[0]?.configEntries ?? []).map(({ configName, configValue }) => ({
        name: configName,
        value: configValue,
      })),
    }),
  ),
  createAcls: kafkajs<'createAcls', { creationResponses: Outcome[] }>(
    'CreateAcls',
    30,
    ({ acls }) => ({ creations: acls.map(acl) }),
    ({ creationResponses }) => creationResponses.map(outcome),
  ),
  deleteAcls: kafkajs<'deleteAcls', { filterResponses: Outcome[] }>(
    'DeleteAcls',
    31,
    ({ acls }) => ({ filters: acls.map(acl) }),
    ({ filterResponses }) => filterResponses.map(outcome),
  ),
  describeAcls: kafkajs<
    'describeAcls',
    Outcome & {
      resources: {
        resourceType: number;
        resourceName: string;
        resourcePatternType: number;
        acls: { principal: string; host: string; operation: number; permissionType: number }[];
      }[];
    }
  >(
    'DescribeAcls',
    29,
    ({ principal }) => ({
      resourceType: ACL_ANY,
      resourceName: null,
      resourcePatternType: ACL_ANY_PATTERN,
      principal: principal ?? null,
      host: null,
      operation: ACL_ANY,
      permissionType: ACL_ANY,
    }),
    ({ errorCode, errorMessage, resources }) => ({
      ...outcome({ errorCode, errorMessage: errorMessage ?? null }),
      acls: resources.flatMap(({ resourceType, resourceName, resourcePatternType, acls }) =>
        acls.map(({ principal, host, operation, permissionType }) => ({
          principal,
          host,
          resourceType,
          resourceName,
          patternType: resourcePatternType,
          operation,
          permission: permissionType,
        })),
      ),
    }),
  ),
};
