import type { Deadline } from '../../base/deadline.js';
import { throwIfError } from '../client/broker-error.js';
import type { Cluster } from '../client/cluster.js';
import type { KafkaConnection } from '../connection.js';
import { withCluster } from './with-cluster.js';

/** Groups whose names begin with one of these prefixes, and that this identity may see. */
export function listGroups(
  connection: KafkaConnection,
  prefixes: readonly string[],
  deadline: Deadline,
): Promise<string[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const groups = await allGroups(cluster);
    return groups.map(({ group }) => group).filter((id) => prefixes.some((prefix) => id.startsWith(prefix)));
  });
}

/** Each broker knows the groups that it coordinates. */
export async function allGroups(cluster: Cluster): Promise<{ group: string; protocolType: string; nodeId: number }[]> {
  const { brokers } = await cluster.refresh();
  const lists = await Promise.all(
    brokers.map(async ({ nodeId }) => {
      const { error, groups } = await cluster.ask(nodeId, 'data', 'listGroups', {});
      throwIfError(error);
      return groups.map((one) => ({ ...one, nodeId }));
    }),
  );
  return lists.flat();
}
