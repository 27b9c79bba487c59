import type { GroupApi } from '../client/broker-apis.js';
import { describedMember } from '../client/described.js';
import { kafkaErrorName } from '../client/kafka-error-names.js';
import { byPartition, call, type Call } from './call.js';
import type { Platformatic } from './package.js';

const GROUP = 0;
const PROTOCOL_TYPE = 'consumer';
const UNKNOWN_EPOCH = -1;
/** Null means all topics. The package writes it, but its types do not allow it. */
const allTopics = null as unknown as [];

/** Requests about consumer groups and their offsets. */
export function groupApis({
  findCoordinatorV4,
  joinGroupV9,
  syncGroupV4,
  heartbeatV4,
  leaveGroupV5,
  offsetCommitV8,
  offsetFetchV8,
  describeGroupsV5,
  listGroupsV4,
  deleteGroupsV2,
}: Platformatic): { readonly [A in GroupApi]: Call<A> } {
  return {
    findCoordinator: call(
      findCoordinatorV4,
      ({ group }) => findCoordinatorV4.createRequest(GROUP, [group]),
      ({ coordinators }) => {
        const { errorCode = 0, nodeId = -1, host = '', port = 0 } = coordinators[0] ?? {};
        return { error: kafkaErrorName(errorCode), nodeId, host, port };
      },
    ),
    joinGroup: call(
      joinGroupV9,
      ({ group, memberId, sessionTimeoutMs, rebalanceTimeoutMs, protocol: name, metadata }) =>
        joinGroupV9.createRequest(group, sessionTimeoutMs, rebalanceTimeoutMs, memberId, null, PROTOCOL_TYPE, [
          { name, metadata },
        ]),
      ({ errorCode, generationId, memberId, leader, members }) => ({
        error: kafkaErrorName(errorCode),
        generation: generationId,
        memberId: memberId ?? '',
        leaderId: leader,
        members: members.map((member) => ({ memberId: member.memberId, metadata: member.metadata ?? Buffer.alloc(0) })),
      }),
    ),
    // Version 5 would need the protocol names, which this version ignores.
    syncGroup: call(
      syncGroupV4,
      ({ group, generation, memberId, assignments }) =>
        syncGroupV4.createRequest(group, generation, memberId, null, null, null, [...assignments]),
      ({ errorCode, assignment }) => ({ error: kafkaErrorName(errorCode), assignment }),
    ),
    heartbeat: call(
      heartbeatV4,
      ({ group, generation, memberId }) => heartbeatV4.createRequest(group, generation, memberId, null),
      ({ errorCode }) => ({ error: kafkaErrorName(errorCode) }),
    ),
    leaveGroup: call(
      leaveGroupV5,
      ({ group, memberId }) => leaveGroupV5.createRequest(group, [{ memberId }]),
      ({ errorCode, members }) => ({ error: kafkaErrorName(errorCode || (members[0]?.errorCode ?? 0)) }),
    ),
    offsetCommit: call(
      offsetCommitV8,
      ({ group, generation, memberId, topic, offsets }) =>
        offsetCommitV8.createRequest(group, generation, memberId, null, [
          {
            name: topic,
            partitions: [...offsets].map(([partition, { offset, metadata }]) => ({
              partitionIndex: partition,
              committedOffset: BigInt(offset),
              committedLeaderEpoch: UNKNOWN_EPOCH,
              committedMetadata: metadata,
            })),
          },
        ]),
      ({ topics }) => ({ errors: byPartition(topics, ({ errorCode }) => kafkaErrorName(errorCode)) }),
    ),
    offsetFetch: call(
      offsetFetchV8,
      ({ group, topic, partitions }) =>
        offsetFetchV8.createRequest(
          [
            {
              groupId: group,
              memberEpoch: UNKNOWN_EPOCH,
              topics: [{ name: topic, partitionIndexes: [...partitions] }],
            },
          ],
          false,
        ),
      ({ groups }) => ({
        error: kafkaErrorName(groups[0]?.errorCode ?? 0),
        partitions: byPartition(groups[0]?.topics ?? [], ({ errorCode, committedOffset, metadata }) => ({
          error: kafkaErrorName(errorCode),
          offset: Number(committedOffset),
          metadata: metadata ?? '',
        })),
      }),
    ),
    committedOffsets: call(
      offsetFetchV8,
      ({ group }) =>
        offsetFetchV8.createRequest([{ groupId: group, memberEpoch: UNKNOWN_EPOCH, topics: allTopics }], false),
      ({ groups }) => ({
        error: kafkaErrorName(groups[0]?.errorCode ?? 0),
        offsets: (groups[0]?.topics ?? []).flatMap(({ name, partitions }) =>
          partitions
            .map(({ partitionIndex, committedOffset }) => ({
              topic: name,
              partition: partitionIndex,
              offset: Number(committedOffset),
            }))
            .filter(({ offset }) => offset >= 0),
        ),
      }),
    ),
    describeGroups: call(
      describeGroupsV5,
      ({ groups }) => describeGroupsV5.createRequest([...groups], false),
      ({ groups }) =>
        groups.map(({ errorCode, groupId, groupState, protocolType, members }) => ({
          group: groupId,
          error: kafkaErrorName(errorCode),
          state: groupState,
          protocolType,
          members: members.map(describedMember),
        })),
    ),
    listGroups: call(
      listGroupsV4,
      () => listGroupsV4.createRequest([], []),
      ({ errorCode, groups }) => ({
        error: kafkaErrorName(errorCode),
        groups: groups.map(({ groupId, protocolType }) => ({ group: groupId, protocolType })),
      }),
    ),
    deleteGroups: call(
      deleteGroupsV2,
      ({ groups }) => deleteGroupsV2.createRequest([...groups]),
      ({ results }) => new Map(results.map(({ groupId, errorCode }) => [groupId, kafkaErrorName(errorCode)])),
    ),
  };
}
