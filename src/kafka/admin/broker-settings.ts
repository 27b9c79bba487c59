import type { Deadline } from '../../base/deadline.js';
import { withCluster } from './admin.js';
import { throwIfError } from '../client/broker-error.js';
import type { KafkaConnection } from '../connection.js';

/** One broker, and its own settings as it tells them. Secret ones are left out. */
export interface BrokerSettings {
  readonly nodeId: number;
  /** Where it says that clients of this listener should connect. */
  readonly address: string;
  readonly settings: ReadonlyMap<string, string>;
}

/** In the order of their ids. Needs the right to describe the cluster's configuration. */
export function readBrokerSettings(connection: KafkaConnection, deadline: Deadline): Promise<BrokerSettings[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const { brokers } = await cluster.refresh();
    const described: BrokerSettings[] = [];
    for (const { nodeId, host, port } of [...brokers].sort((a, b) => a.nodeId - b.nodeId)) {
      const { error, settings } = await cluster.ask(nodeId, 'data', 'describeBroker', { nodeId });
      throwIfError(error);
      // Values are null for secrets.
      const known = settings.flatMap(({ name, value }): [string, string][] => (value === null ? [] : [[name, value]]));
      described.push({ nodeId, address: `${host}:${port}`, settings: new Map(known) });
    }
    return described;
  });
}
