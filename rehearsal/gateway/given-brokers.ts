import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/base/error.js';
import { readBrokerSettings, type BrokerSettings } from '../../src/kafka/admin/broker-settings.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';
import { Opened, type IamAccess } from './access.js';
import type { IamOptions } from './options.js';
import { IAM_LISTENER_NAME, iamProperties, listenerSettings } from './iam-listener.js';
import type { Voucher } from './login/jws.js';

const START_TIMEOUT_MS = 60_000;

/**
 * Opens gateways in front of brokers that the user has started. They need a listener for gateways; the listener that
 * `admin` names must need no login. The brokers' settings contain the address of the gateway listener, and the
 * address that it advertises to clients, on which the gateway listens.
 *
 * @throws pubsub_error `kafka_unavailable` if a broker is not set up for this, with the settings that it lacks
 */
export async function openGateways(options: IamOptions, voucher: Voucher, admin: KafkaConnection): Promise<IamAccess> {
  const deadline = options.deadline ?? new Deadline(START_TIMEOUT_MS);
  options.onProgress?.(`the brokers at ${admin.brokers.join(', ')} to return their settings`);
  const places = (await readBrokerSettings(admin, deadline)).map(placeOf);
  const opened = await Opened.open(
    options,
    voucher,
    places.map(({ port }) => port),
  );
  try {
    return await opened.lead({
      adminBrokers: places.map(({ admin: address }) => address),
      targets: places.map(({ target }) => target),
    });
  } catch (error) {
    await opened.stop();
    throw error;
  }
}

interface Place {
  admin: string;
  /** The address of the broker's listener for gateways. */
  target: string;
  /** The port that the listener advertises to clients. */
  port: number;
}

/** What one broker's settings say about its listener for gateways. Pure. */
export function placeOf({ nodeId, address, settings }: Omit<BrokerSettings, 'unreported'>): Place {
  const bound = entryOf(settings.get('listeners'));
  const advertised = entryOf(settings.get('advertised.listeners'));
  const refuse = (sentence: string): never => {
    throw new pubsub_error('kafka_unavailable', 'local_kafka', `broker ${nodeId} (${address}) ${sentence}`, {
      hint: `Add these settings to the broker:\n${listenerSettings('file:///path/to/keys.json')
        .map(([key, value]) => `${key}=${value}`)
        .join('\n')}\ndocs/gateway.md has all of it, and the compose file has a broker that is set up: kafka-iam.`,
    });
  };
  if (bound === undefined || advertised === undefined) return refuse(`has no listener ${IAM_LISTENER_NAME}`);
  if (advertised.host !== '127.0.0.1' && advertised.host !== 'localhost') {
    return refuse(`advertises ${advertised.host} to clients, and a gateway listens on 127.0.0.1 only`);
  }
  // A broker does not return `super.users`. Whether the gateway's user is one of them shows when ACLs are created.
  const key = 'authorizer.class.name';
  if (settings.get(key) !== iamProperties[key]) refuse(`does not have the setting ${key}=${iamProperties[key]}`);
  // A listener that is bound to all interfaces has the host of the broker's other listener.
  const host = ['', '0.0.0.0', '[::]'].includes(bound.host) ? address.slice(0, address.lastIndexOf(':')) : bound.host;
  return { admin: address, target: `${host}:${bound.port}`, port: advertised.port };
}

/** The entry of the gateway listener in `NAME://host:port,…`. */
function entryOf(listeners = ''): { host: string; port: number } | undefined {
  for (const entry of listeners.split(',')) {
    const match = /^\s*([A-Za-z0-9_]+):\/\/(.*):(\d+)\s*$/.exec(entry);
    if (match?.[1] === IAM_LISTENER_NAME) return { host: match[2] ?? '', port: Number(match[3]) };
  }
  return undefined;
}
