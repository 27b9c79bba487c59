import kafkajs from 'kafkajs';
import type { Deadline } from '../base/deadline.js';
import { withAdmin } from './admin.js';
import type { KafkaConnection } from './connection.js';

/** One broker, and its own settings as it tells them. Secret ones are left out. */
export interface BrokerSettings {
  readonly nodeId: number;
  /** Where it says that clients of this listener should connect. */
  readonly address: string;
  readonly settings: ReadonlyMap<string, string>;
}

/** In the order of their ids. Needs the right to describe the cluster's configuration. */
export function readBrokerSettings(connection: KafkaConnection, deadline: Deadline): Promise<BrokerSettings[]> {
  return withAdmin(connection, deadline, async (admin) => {
    const { brokers } = await admin.describeCluster();
    const described: BrokerSettings[] = [];
    for (const { nodeId, host, port } of brokers.sort((a, b) => a.nodeId - b.nodeId)) {
      const { resources } = await admin.describeConfigs({
        includeSynonyms: false,
        resources: [{ type: kafkajs.ConfigResourceTypes.BROKER, name: String(nodeId) }],
      });
      const entries = resources[0]?.configEntries ?? [];
      const settings = new Map(entries.flatMap(({ configName, configValue }) => pair(configName, configValue)));
      described.push({ nodeId, address: `${host}:${port}`, settings });
    }
    return described;
  });
}

/** kafkajs types values as texts, and they are null for secrets. */
function pair(name: string, value: string | null): [string, string][] {
  return value === null ? [] : [[name, value]];
}
