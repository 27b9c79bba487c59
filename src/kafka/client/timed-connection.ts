import { thrownError, thrownText } from '../../base/thrown.js';
import type { KafkaConnection } from '../connection.js';
import { addressKey, addressOf, type HostAndPort } from './address.js';
import type { ApiName, BrokerApis } from './broker-apis.js';
import type { BrokerConnection, RequestOptions } from './broker-connection.js';
import { ConnectionFailure } from './connection-failure.js';
import type { ClientLibrary, LibraryConnection } from './port.js';

interface Waiting {
  /** Monotonic. */
  readonly since: number;
  readonly waitMs: number;
  reject(error: Error): void;
}

/**
 * A connection of a client library, with a time limit for each step and each request. A request that is not answered
 * closes the connection. A closed connection is never opened again.
 */
export class TimedConnection implements BrokerConnection {
  readonly address: string;
  readonly #raw: LibraryConnection;
  readonly #requestTimeoutMs: number;
  readonly #waiting = new Set<Waiting>();
  /** Why it is closed; what waits, and later requests, reject with this. */
  #closed: ConnectionFailure | undefined;

  private constructor(raw: LibraryConnection, address: HostAndPort, requestTimeoutMs: number) {
    this.address = addressKey(address);
    this.#raw = raw;
    this.#requestTimeoutMs = requestTimeoutMs;
  }

  /** Connects and logs in, each within its time limit in the settings. */
  static async open(
    library: ClientLibrary,
    { brokers, connectionTimeoutMs, authenticationTimeoutMs, requestTimeoutMs }: KafkaConnection,
    address: HostAndPort,
  ): Promise<TimedConnection> {
    const raw = library.connectionTo(address);
    const connection = new TimedConnection(raw, address, requestTimeoutMs);
    try {
      await raw.connect();
      await connection.#within(connectionTimeoutMs, 'ApiVersions', raw.negotiate());
      await connection.#within(authenticationTimeoutMs, 'the login', raw.logIn());
      return connection;
    } catch (error) {
      connection.close('the connection could not be set up');
      const isConfigured = brokers.some((broker) => addressKey(addressOf(broker)) === connection.address);
      throw error instanceof ConnectionFailure && !isConfigured ? error.atAdvertised() : error;
    }
  }

  get isOpen(): boolean {
    return this.#closed === undefined && this.#raw.isConnected;
  }

  get throttledUntil(): number {
    return this.#raw.throttledUntil;
  }

  overdueMs(): number {
    let most = 0;
    const now = performance.now();
    for (const { since, waitMs } of this.#waiting)
      most = Math.max(most, now - Math.max(since, this.throttledUntil) - waitMs);
    return most;
  }

  waitingMs(): number {
    let most = 0;
    const now = performance.now();
    for (const { since } of this.#waiting) most = Math.max(most, now - since);
    return most;
  }

  request<A extends ApiName>(
    api: A,
    body: BrokerApis[A]['request'],
    { waitMs = 0, timeoutMs = this.#requestTimeoutMs }: RequestOptions = {},
  ): Promise<BrokerApis[A]['answer']> {
    return new Promise((resolve, reject) => {
      if (this.#closed !== undefined) throw this.#closed;
      const now = performance.now();
      const limitMs = timeoutMs + waitMs;
      const timeOut = (): void => {
        // The broker may have begun to throttle this connection after the request was sent.
        const throttledMs = Math.round(Math.max(0, this.throttledUntil - now));
        const leftMs = now + throttledMs + limitMs - performance.now();
        if (throttledMs > 0 && leftMs > 1) {
          timer = setTimeout(timeOut, leftMs);
          return;
        }
        const why = throttledMs > 0 ? ` after it had throttled this client for ${throttledMs} ms` : '';
        const silence = `no answer to ${api} within ${limitMs} ms${why}`;
        settle(() => reject(this.#failure('silent', silence)));
        this.close(silence);
      };
      let timer = setTimeout(timeOut, limitMs);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        if (this.#waiting.delete(waiting)) act();
      };
      const waiting: Waiting = {
        since: now,
        waitMs,
        reject: (error) => settle(() => reject(error)),
      };
      this.#waiting.add(waiting);
      this.#raw.request(api, body).then(
        (answer) => settle(() => resolve(answer)),
        (error: unknown) => {
          waiting.reject(thrownError(error));
          if (!this.#raw.isConnected) this.#close(this.#whyBroken(error));
        },
      );
    });
  }

  close(reason: string): void {
    this.#close(this.#failure('dropped', reason));
  }

  #close(failure: ConnectionFailure): void {
    if (this.#closed !== undefined) return;
    this.#closed = failure;
    for (const { reject } of [...this.#waiting]) reject(failure);
    this.#raw.destroy(failure.message);
  }

  /** After a refused login the socket is open, but no broker would answer a request. */
  #whyBroken(thrown: unknown): ConnectionFailure {
    const isByPeer = thrown instanceof ConnectionFailure && (thrown.kind === 'network' || thrown.kind === 'closed');
    return isByPeer ? thrown : this.#failure('dropped', thrownText(thrown));
  }

  /** Without this limit, a peer that accepts connections and never answers would block the caller. */
  async #within(ms: number, what: string, work: Promise<void>): Promise<void> {
    const timer = setTimeout(() => this.close(`no answer to ${what} within ${ms} ms`), ms);
    try {
      await work;
    } catch (error) {
      throw this.#closed === undefined ? error : this.#failure('silent', this.#closed.message);
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(kind: 'dropped' | 'silent', reason: string): ConnectionFailure {
    return new ConnectionFailure(kind, reason, { broker: this.address });
  }
}
