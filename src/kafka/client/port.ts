import type { KafkaConnection } from '../connection.js';
import type { HostAndPort } from './address.js';
import type { ApiName, BrokerApis } from './broker-apis.js';

/**
 * What a client library provides: connections that use Kafka's protocol. Everything else (deadlines, pools, retries,
 * groups, batches of records) is ours, so that both libraries keep the same promises.
 *
 * No type of a library crosses this port. Requests and responses are `BrokerApis`. Failures are `ConnectionFailure`
 * (there was no response), `BrokerError` (a broker refused a step of the login), or `pubsub_error` (credentials that
 * are missing).
 */
export interface ClientLibrary {
  /** A connection that is not open yet. The connections of one client share its login. */
  connectionTo(address: HostAndPort): LibraryConnection;
}

/** Loads a library, and makes it use these settings. */
export type LoadLibrary = (settings: KafkaConnection) => Promise<ClientLibrary>;

/**
 * One connection of a library, which is opened once and never again after it was closed: `connect`, `negotiate`,
 * `logIn`, requests, `destroy`.
 */
export interface LibraryConnection {
  readonly isConnected: boolean;
  /** Monotonic time until which the broker throttles this connection. */
  readonly throttledUntil: number;
  /** Opens the socket, with TLS if the settings have it. */
  connect(): Promise<void>;
  /** Learns which versions of each request the broker supports. */
  negotiate(): Promise<void>;
  /** Logs in, if the settings have a login. The library logs in again before the session ends. */
  logIn(): Promise<void>;
  /** Sends a request. Without a time limit. */
  request<A extends ApiName>(api: A, body: BrokerApis[A]['request']): Promise<BrokerApis[A]['answer']>;
  /** Closes the socket immediately; waiting requests reject. */
  destroy(reason: string): void;
}
