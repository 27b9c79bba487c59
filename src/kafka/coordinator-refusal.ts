import type { Cluster } from 'kafkajs';

/** A method of kafkajs' Broker that its types leave out. */
interface CoordinatorLookup {
  findGroupCoordinator(request: { groupId: string; coordinatorType: number }): Promise<unknown>;
}

/**
 * Why no coordinator was found for a group: kafkajs swallows that, so that a broker is asked again.
 *
 * @returns what the broker answered, or undefined when it has found one by now
 */
export async function coordinatorRefusal(cluster: Cluster, groupId: string): Promise<unknown> {
  try {
    const [nodeId] = cluster.getNodeIds();
    const broker = (await cluster.findBroker({ nodeId: String(nodeId) })) as unknown as CoordinatorLookup;
    await broker.findGroupCoordinator({ groupId, coordinatorType: 0 });
    return undefined;
  } catch (cause) {
    return cause;
  }
}
