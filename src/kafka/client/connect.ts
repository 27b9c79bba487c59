import type { KafkaConnection } from '../connection.js';
import type { OpenConnection } from './broker-connection.js';
import type { ClientLibrary, LoadLibrary } from './port.js';
import { TimedConnection } from './timed-connection.js';

/** The client libraries. Each is loaded when it is used first, so that the other one costs nothing. */
const libraries: Readonly<Record<KafkaConnection['client'], LoadLibrary>> = {
  kafkajs: async (settings) => (await import('../kafkajs/library.js')).kafkajsLibrary(settings),
  platformatic: async (settings) => (await import('../platformatic/library.js')).platformaticLibrary(settings),
};

/** Opens connections with the client library of the settings. */
export function connect(settings: KafkaConnection): OpenConnection {
  let loading: Promise<ClientLibrary> | undefined;
  return async (address) => {
    loading ??= libraries[settings.client](settings);
    const connection = await TimedConnection.open(await loading, settings, address);
    settings.metrics.count('connections_opened', 1, { client: settings.client });
    return connection;
  };
}
