import { unlessAborted } from '../../base/abort.js';
import { addressKey, type HostAndPort } from './address.js';
import { ConnectionFailure } from './connection-failure.js';
import type { BrokerConnection, OpenConnection } from './broker-connection.js';

/**
 * The purpose of a connection. Kafka answers the requests of a connection one after the other: a long poll, a group
 * that rebalances, or a record whose replicas are slow would delay all later requests.
 */
export type Purpose = 'data' | 'produce' | 'fetch' | 'group';

/** A broker that does not answer a request for this time may have failed although its connections are still open. */
const SUSPECT_MS = 1_500;
/** A connection on which a request has waited for this time is not used first. */
const BUSY_MS = 200;

/** A connection that is being opened. */
interface Opening {
  readonly address: string;
  /** Monotonic. */
  readonly since: number;
  readonly connection: Promise<BrokerConnection>;
  readonly giveUp: AbortController;
}

/** The connections to the brokers of a cluster: one per broker and purpose, opened when needed. */
export class ConnectionPool {
  readonly #open: OpenConnection;
  readonly #connections = new Map<string, BrokerConnection>();
  readonly #opening = new Map<string, Opening>();
  readonly #closing = new AbortController();

  constructor(open: OpenConnection) {
    this.#open = open;
  }

  get isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Connections that are open now. */
  get openCount(): number {
    let open = 0;
    for (const connection of this.#connections.values()) if (connection.isOpen) open += 1;
    return open;
  }

  /** The address where a request, or an attempt to connect, has waited for too long; undefined if there is none. */
  get silentAddress(): string | undefined {
    for (const { address, since } of this.#opening.values()) if (isLong(since)) return address;
    for (const connection of this.#connections.values())
      if (connection.overdueMs() > SUSPECT_MS) return connection.address;
    return undefined;
  }

  /** Monotonic time until which a broker throttles the connection for this purpose. */
  throttledUntil(address: HostAndPort, purpose: Purpose): number {
    return this.#connections.get(keyOf(address, purpose))?.throttledUntil ?? Number.NEGATIVE_INFINITY;
  }

  /** The open connection, or a new one. */
  get(address: HostAndPort, purpose: Purpose): Promise<BrokerConnection> {
    const key = keyOf(address, purpose);
    const open = this.#connections.get(key);
    if (open?.isOpen === true) return Promise.resolve(open);
    const under = this.#opening.get(key);
    if (under !== undefined) return under.connection;
    const giveUp = new AbortController();
    const connection = this.#connect(address, key, giveUp.signal).finally(() => this.#opening.delete(key));
    this.#opening.set(key, { address: addressKey(address), since: performance.now(), connection, giveUp });
    return connection;
  }

  /** An open connection for data without waiting requests. */
  isResponsive(address: HostAndPort): boolean {
    const connection = this.#connections.get(keyOf(address, 'data'));
    return connection?.isOpen === true && connection.waitingMs() < BUSY_MS;
  }

  /** How long a request on the connection for this purpose has waited, even if it may wait. */
  waitingMs(address: HostAndPort, purpose: Purpose): number {
    return this.#connections.get(keyOf(address, purpose))?.waitingMs() ?? 0;
  }

  /**
   * True if a request, or an attempt to connect, has waited for too long.
   *
   * @param listed the brokers of the cluster as of the last metadata
   */
  isSuspicious(listed: ReadonlySet<string>): boolean {
    for (const connection of this.#connections.values())
      if (connection.overdueMs() > SUSPECT_MS || isForgotten(connection, listed)) return true;
    for (const { since } of this.#opening.values()) if (isLong(since)) return true;
    return false;
  }

  /**
   * Closes connections with waiting requests whose broker is not at one of these addresses. No request may wait longer
   * there, not even one that a broker may delay: what it waits for happens elsewhere.
   */
  closeSilent(alive: ReadonlySet<string>): void {
    const gone = (address: string): string => `${address} is not among the cluster's brokers any more`;
    for (const [key, connection] of this.#connections) {
      if (!isForgotten(connection, alive)) continue;
      connection.close(gone(connection.address));
      this.#connections.delete(key);
    }
    for (const { address, since, giveUp } of this.#opening.values())
      if (!alive.has(address) && isLong(since)) giveUp.abort(new Error(gone(address)));
  }

  /** Closes the connection of one purpose to a broker. */
  drop(address: HostAndPort, purpose: Purpose, reason: string): void {
    const key = keyOf(address, purpose);
    this.#connections.get(key)?.close(reason);
    this.#connections.delete(key);
  }

  /** Closes every connection; the next request opens a new one. */
  dropAll(reason: string): void {
    for (const connection of this.#connections.values()) connection.close(reason);
    this.#connections.clear();
  }

  /** Closes all connections permanently. */
  close(): void {
    this.#closing.abort();
    this.dropAll(CLOSED);
  }

  async #connect(address: HostAndPort, key: string, giveUp: AbortSignal): Promise<BrokerConnection> {
    const signal = AbortSignal.any([this.#closing.signal, giveUp]);
    if (signal.aborted) throw dropped(CLOSED);
    const opening = this.#open(address);
    // It was abandoned while it was being opened, so it would not be used.
    opening.then(
      (connection) => signal.aborted && connection.close('it was abandoned'),
      () => undefined,
    );
    const connection = await unlessAborted(opening, signal, () => reasonOf(giveUp));
    this.#connections.get(key)?.close('it was replaced');
    this.#connections.set(key, connection);
    return connection;
  }
}

const CLOSED = 'this client is closed';

/** True if a request waits at a broker that the cluster does not list. Time in which it throttles does not count. */
function isForgotten(connection: BrokerConnection, listed: ReadonlySet<string>): boolean {
  if (listed.has(connection.address)) return false;
  return Math.min(connection.waitingMs(), performance.now() - connection.throttledUntil) > SUSPECT_MS;
}

function isLong(since: number): boolean {
  return performance.now() - since > SUSPECT_MS;
}

function reasonOf(giveUp: AbortSignal): Error {
  return dropped(giveUp.aborted ? (giveUp.reason as Error).message : CLOSED);
}

function keyOf(address: HostAndPort, purpose: Purpose): string {
  return `${addressKey(address)} ${purpose}`;
}

function dropped(message: string): Error {
  return new ConnectionFailure('dropped', message);
}
