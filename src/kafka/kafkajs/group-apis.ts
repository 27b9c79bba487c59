import type { GroupApi, GroupDescription } from '../client/broker-apis.js';
import { describedMember, type DescribedMember } from '../client/described.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import { byPartition, kafkajs, type Prepare, type TopicPartitions } from './prepare.js';

export const groupApis: { readonly [A in GroupApi]: Prepare<A> } = {
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
  describeGroups: kafkajs<
    'describeGroups',
    {
      groups: {
        errorCode: number;
        groupId: string;
        state: string;
        protocolType: string;
        members: DescribedMember[];
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
        members: members.map(describedMember),
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
  committedOffsets: kafkajs<
    'committedOffsets',
    { errorCode?: number; responses: TopicPartitions<{ partition: number; offset: string }>[] }
  >(
    'OffsetFetch',
    9,
    // kafkajs sends an empty list as null, which means: all topics.
    ({ group }) => ({ groupId: group, topics: [] }),
    ({ errorCode, responses }) => ({
      error: kafkaErrorName(errorCode ?? 0),
      offsets: responses.flatMap(({ topic, partitions }) =>
        partitions
          .map(({ partition, offset }) => ({ topic, partition, offset: Number(offset) }))
          .filter(({ offset }) => offset >= 0),
      ),
    }),
  ),
  deleteGroups: kafkajs<'deleteGroups', { results: { groupId: string; errorCode: number }[] }>(
    'DeleteGroups',
    42,
    ({ groups }) => groups,
    ({ results }) => new Map(results.map(({ groupId, errorCode }) => [groupId, kafkaErrorName(errorCode)])),
  ),
};
