import type { Deadline } from '../../base/deadline.js';
import { withCluster } from './with-cluster.js';
import { throwIfError } from '../client/broker-error.js';
import type { KafkaConnection } from '../connection.js';

/** One broker, and its settings as it reports them, without secret ones. */
export interface BrokerSettings {
  readonly nodeId: number;
  /** The address that the broker advertises to clients of this listener. */
  readonly address: string;
  readonly settings: ReadonlyMap<string, string>;
  /** Names of settings that it has, and whose values it does not report: secret ones, and those of plugins. */
  readonly unreported: readonly string[];
}

/** Sorted by id. Needs the right to describe the configuration of the cluster. */
export function readBrokerSettings(connection: KafkaConnection, deadline: Deadline): Promise<BrokerSettings[]> {
  return withCluster(connection, deadline, async (cluster) => {
    const { brokers } = await cluster.refresh();
    const described: BrokerSettings[] = [];
    for (const { nodeId, host, port } of [...brokers].sort((a, b) => a.nodeId - b.nodeId)) {
      const { error, settings } = await cluster.ask(nodeId, 'data', 'describeBroker', { nodeId });
      throwIfError(error);
      // The values of secrets are null.
      const known = settings.flatMap(({ name, value }): [string, string][] => (value === null ? [] : [[name, value]]));
      const unreported = settings.flatMap(({ name, value }) => (value === null ? [name] : []));
      described.push({ nodeId, address: `${host}:${port}`, settings: new Map(known), unreported });
    }
    return described;
  });
}
