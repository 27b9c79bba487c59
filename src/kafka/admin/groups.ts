import type { Deadline } from '../../base/deadline.js';
import { BrokerError } from '../client/broker-error.js';
import type { Cluster } from '../client/cluster.js';
import { toPubsubError } from '../client/errors.js';
import type { KafkaConnection } from '../connection.js';
import { decodeAssignments, decodeSubscription } from '../consume/consumer-protocol.js';
import { allGroups } from './list-groups.js';
import { withCluster } from './with-cluster.js';

/** A member of a group, as the group's coordinator describes it. */
export interface GroupMember {
  readonly memberId: string;
  readonly clientId: string;
  readonly host: string;
  /** The topics that it asked for. */
  readonly topics: readonly string[];
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[];
}

/** A committed position: the offset of the next record that the group will read. */
export interface GroupCommit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface GroupFacts {
  readonly group: string;
  /** Kafka's name: `Stable`, `Empty`, `PreparingRebalance`… */
  readonly state: string;
  readonly members: readonly GroupMember[];
  readonly commits: readonly GroupCommit[];
}

/** Requests at the same time, to the brokers together. */
const AT_ONCE = 32;

export interface SeenGroups {
  /** By name. */
  readonly groups: readonly GroupFacts[];
  /** The names of those that this identity may list, but not describe. */
  readonly denied: readonly string[];
}

/** The consumer groups that this identity may see. */
export function describeGroups(connection: KafkaConnection, deadline: Deadline): Promise<SeenGroups> {
  return withCluster(connection, deadline, async (cluster) => {
    const groups = (await allGroups(cluster)).filter(
      // A group without members that was only ever used for commits has no type.
      ({ protocolType }) => protocolType === 'consumer' || protocolType === '',
    );
    const facts: GroupFacts[] = [];
    const denied: string[] = [];
    const look = async (group: string, nodeId: number): Promise<void> => {
      try {
        facts.push(await factsOf(cluster, group, nodeId));
      } catch (error) {
        if (toPubsubError(error, 'metadata').code !== 'not_authorized') throw error;
        denied.push(group);
      }
    };
    for (let next = 0; next < groups.length; next += AT_ONCE) {
      const some = groups.slice(next, next + AT_ONCE);
      await Promise.all(some.map(({ group, nodeId }) => look(group, nodeId)));
    }
    return { groups: facts.sort((one, other) => (one.group < other.group ? -1 : 1)), denied: denied.sort() };
  });
}

/** One group; undefined if it does not exist. */
export async function describeGroup(
  connection: KafkaConnection,
  group: string,
  deadline: Deadline,
): Promise<GroupFacts | undefined> {
  const facts = await withCluster(connection, deadline, async (cluster) => {
    const { error, nodeId } = await cluster.askAny('findCoordinator', { group });
    if (error !== undefined) throw toPubsubError(new BrokerError(error), 'metadata', { group });
    return factsOf(cluster, group, nodeId);
  });
  return facts.state === 'Dead' && facts.commits.length === 0 ? undefined : facts;
}

/** Whether a group reads one of these topics now, or has ever committed a position in one. */
export function isUsing({ members, commits }: GroupFacts, topics: readonly string[]): boolean {
  return (
    members.some((member) => member.topics.some((topic) => topics.includes(topic))) ||
    commits.some(({ topic }) => topics.includes(topic))
  );
}

/** None where the members of a group do not use Kafka's own protocol. */
function partitionsOf(assignment: Buffer): GroupMember['partitions'] {
  try {
    return decodeAssignments(assignment);
  } catch {
    return [];
  }
}

async function factsOf(cluster: Cluster, group: string, nodeId: number): Promise<GroupFacts> {
  const [[described], committed] = await Promise.all([
    cluster.ask(nodeId, 'data', 'describeGroups', { groups: [group] }),
    cluster.ask(nodeId, 'data', 'committedOffsets', { group }),
  ]);
  const error = described?.error ?? committed.error;
  if (error !== undefined) throw toPubsubError(new BrokerError(error), 'metadata', { group });
  const members = (described?.members ?? []).map(({ memberId, clientId, host, metadata, assignment }) => ({
    memberId,
    clientId,
    host: host.replace(/^\//, ''),
    topics: decodeSubscription(metadata)?.topics ?? [],
    partitions: partitionsOf(assignment),
  }));
  return { group, state: described?.state ?? 'Dead', members, commits: committed.offsets };
}
