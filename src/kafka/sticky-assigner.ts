import { AssignerProtocol, type Cluster, type PartitionAssigner } from 'kafkajs';
import { decodeMemberData, encodeMemberData, type MemberData } from './member-data.js';
import { assignSticky } from './sticky-assignment.js';

/** What the assigner asks of, and tells, the consumer it works for. */
export interface AssignerHooks {
  /**
   * Called at the start of every join, whatever caused it: kafkajs announces only some of them. From here until the
   * group has joined, this member does not own anything for sure.
   */
  joining(): MemberData;
  /** Called on the leader, with what every member said. */
  leading(members: readonly MemberData[]): void;
}

const NAME = 'easy-pubsub-sticky';
const VERSION = 1;

/** kafkajs' assigner interface around `assignSticky`. */
export function stickyAssigner(topic: string, hooks: AssignerHooks): PartitionAssigner {
  return ({ cluster }) => ({
    name: NAME,
    version: VERSION,

    protocol({ topics }) {
      return {
        name: NAME,
        metadata: AssignerProtocol.MemberMetadata.encode({
          version: VERSION,
          topics,
          userData: encodeMemberData(hooks.joining()),
        }),
      };
    },

    assign({ members }) {
      const data = members.map(({ memberId, memberMetadata }) => ({ memberId, data: readMetadata(memberMetadata) }));
      hooks.leading(data.map((member) => member.data));
      const assignment = assignSticky(
        partitionsOf(cluster, topic),
        data.map((member) => ({ id: member.memberId, owned: member.data.owned, since: member.data.since })),
      );
      return Promise.resolve(
        members.map(({ memberId }) => ({
          memberId,
          memberAssignment: AssignerProtocol.MemberAssignment.encode({
            version: VERSION,
            assignment: { [topic]: assignment.get(memberId) ?? [] },
            userData: Buffer.alloc(0),
          }),
        })),
      );
    },
  });
}

/** What a member said when it joined, from the bytes that Kafka kept. */
export function readMetadata(memberMetadata: Buffer): MemberData {
  try {
    return decodeMemberData(AssignerProtocol.MemberMetadata.decode(memberMetadata)?.userData);
  } catch {
    return decodeMemberData(undefined);
  }
}

function partitionsOf(cluster: Cluster, topic: string): number[] {
  return cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
}
