import type { Deadline } from '../../base/deadline.js';
import { BrokerError } from '../client/broker-error.js';
import type { Cluster } from '../client/cluster.js';
import { toPubsubError } from '../client/errors.js';
import type { KafkaConnection } from '../connection.js';
import { isAboutCoordinator } from '../consume/coordinator.js';
import { withCluster } from './with-cluster.js';

/** Deletes groups that have no members. A missing group counts as deleted. */
export function deleteGroups(
  connection: KafkaConnection,
  groups: readonly string[],
  deadline: Deadline,
): Promise<void> {
  return withCluster(connection, deadline, async (cluster) => {
    for (const group of groups) {
      const waiting = { stage: 'cleanup', what: `the deletion of group ${group}` } as const;
      for (;;) {
        const error = await tryDeleting(cluster, group);
        if (error === undefined || error === 'GROUP_ID_NOT_FOUND') break;
        // The coordinator may be loading, or may not have noticed yet that the last member has left.
        if (error !== 'NON_EMPTY_GROUP' && !isAboutCoordinator(error))
          throw toPubsubError(new BrokerError(error), 'cleanup', { group });
        await deadline.pause(50, waiting);
        deadline.check(waiting);
      }
    }
  });
}

async function tryDeleting(cluster: Cluster, group: string): Promise<string | undefined> {
  const answer = await cluster.askAny('findCoordinator', { group }, ({ error }) => error === undefined);
  if (answer.error !== undefined) return answer.error;
  return (await cluster.askAt(answer, 'data', 'deleteGroups', { groups: [group] })).get(group);
}
