import { pubsub_error } from '../../base/error.js';
import type { KafkaConnection } from '../connection.js';
import type { OpenConnection } from './broker-connection.js';
import type { ClientLibrary, LoadLibrary } from './port.js';
import { TimedConnection } from './timed-connection.js';

type ClientName = KafkaConnection['client'];

/** In a function's bundle: the only client library that it has (see `lib/function-bundle.ts`). Not declared elsewhere. */
declare const BUNDLED_CLIENT: ClientName;

/**
 * The client libraries. Each is loaded when it is used first, so that the other one costs nothing. The conditions are
 * written out, because a bundler leaves out an import whose condition is a constant.
 */
const libraries: Readonly<Record<ClientName, LoadLibrary>> = {
  kafkajs:
    typeof BUNDLED_CLIENT === 'string' && BUNDLED_CLIENT !== 'kafkajs'
      ? notBundled
      : async (settings) => (await import('../kafkajs/library.js')).kafkajsLibrary(settings),
  platformatic:
    typeof BUNDLED_CLIENT === 'string' && BUNDLED_CLIENT !== 'platformatic'
      ? notBundled
      : async (settings) => (await import('../platformatic/library.js')).platformaticLibrary(settings),
};

function notBundled({ client }: KafkaConnection): never {
  throw new pubsub_error('config_invalid', 'connect', `this code was bundled without the client library ${client}`, {
    hint: `Remove PUBSUB_CLIENT=${client}, or bundle the code with it.`,
  });
}

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
