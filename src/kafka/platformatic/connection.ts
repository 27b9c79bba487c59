import net from 'node:net';
import type { Connection, Reader } from '@platformatic/kafka';
import { addressKey, type HostAndPort } from '../client/address.js';
import type { ApiName, BrokerApis } from '../client/broker-apis.js';
import { ConnectionFailure } from '../client/connection-failure.js';
import type { LibraryConnection } from '../client/port.js';
import { isResponseSize } from '../client/response-assembler.js';
import { Throttle, throttleTimeAt } from '../client/throttle.js';
import { KEEP_ALIVE_MS } from '../client/socket.js';
import type { KafkaConnection } from '../connection.js';
import { callFor, type Calls } from './apis.js';
import { toFailure } from './failures.js';
import type { Login } from './login.js';
import type { Platformatic } from './package.js';

/** The longest time of a timer: the time limits of requests are elsewhere. */
const NO_LIMIT_MS = 2 ** 31 - 1;

/** What the connections of one client share. */
export interface ConnectionParts {
  readonly platformatic: Platformatic;
  readonly calls: Calls;
  readonly settings: KafkaConnection;
  /** Called if a broker refused a login, so that the next attempt uses fresh credentials. */
  readonly loginRefused: () => void;
}

interface Versions {
  readonly minVersion: number;
  readonly maxVersion: number;
}

/** One connection of @platformatic/kafka. Logins are ours (see `Login`), and so are time limits. */
export class PlatformaticConnection implements LibraryConnection {
  readonly #address: HostAndPort;
  readonly #parts: ConnectionParts;
  readonly #login: Login;
  readonly #raw: Connection;
  readonly #throttle: Throttle;
  #versions: ReadonlyMap<number, Versions> = new Map();
  #renewing: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(parts: ConnectionParts, login: Login, address: HostAndPort) {
    this.#parts = parts;
    this.#login = login;
    this.#address = address;
    this.#throttle = new Throttle(parts.settings.metrics);
    const { clientId, connectionTimeoutMs, tls } = parts.settings;
    const { host } = address;
    this.#raw = new parts.platformatic.Connection(clientId, {
      connectTimeout: connectionTimeoutMs,
      requestTimeout: NO_LIMIT_MS,
      maxInflights: Number.MAX_SAFE_INTEGER,
      ...(tls === undefined ? {} : { tls: { ...(net.isIP(host) === 0 ? { servername: host } : {}), ...tls } }),
    });
    this.#raw.on('error', (error) => (this.#failure ??= error));
  }

  get isConnected(): boolean {
    return this.#failure === undefined && this.#raw.isConnected();
  }

  get throttledUntil(): number {
    return this.#throttle.until;
  }

  connect(): Promise<void> {
    const { host, port } = this.#address;
    return new Promise((resolve, reject) => {
      // With a callback, it returns nothing.
      const raw: { connect(host: string, port: number, done: (error: Error | null) => void): void } = this.#raw;
      raw.connect(host, port, (error) => {
        if (error) reject(this.#translated(error));
        else {
          this.#refuseOtherProtocols();
          resolve();
        }
      });
      this.#socket?.setKeepAlive(true, KEEP_ALIVE_MS);
    });
  }

  async negotiate(): Promise<void> {
    const { apiVersionsV3 } = this.#parts.platformatic;
    const { key, version } = apiVersionsV3.api;
    const request = (): ReturnType<typeof apiVersionsV3.createRequest> =>
      apiVersionsV3.createRequest('easy-pubsub', '0.1.0');
    // The header of this response is never "flexible".
    const { apiKeys } = await this.#send(key, version, request, false, (reader) =>
      apiVersionsV3.parseResponse(0, key, version, reader),
    );
    this.#versions = new Map(apiKeys.map((one) => [one.apiKey, one]));
  }

  async logIn(): Promise<void> {
    try {
      await this.#login.logIn(this.#raw);
    } catch (error) {
      throw this.#translated(error);
    }
  }

  async request<A extends ApiName>(api: A, body: BrokerApis[A]['request']): Promise<BrokerApis[A]['answer']> {
    if (this.#renewing !== undefined || this.#login.isDue) await this.#renew();
    const { key, version, encode, decode } = callFor(this.#parts.calls, api, body);
    const offered = this.#versions.get(key);
    if (offered === undefined || version < offered.minVersion || version > offered.maxVersion)
      throw new ConnectionFailure(
        'request_unsupported',
        `${addressKey(this.#address)} does not support version ${version} of ${api} requests`,
        { broker: addressKey(this.#address) },
      );
    return this.#send(
      key,
      version,
      () => encode(body),
      true,
      (reader) => {
        const { position, buffer } = reader;
        this.#throttle.note(reader.peekInt32(position + throttleTimeAt(key, buffer.length - position, true)));
        return decode(reader);
      },
    );
  }

  destroy(reason: string): void {
    this.#failure ??= new ConnectionFailure('dropped', reason, { broker: addressKey(this.#address) });
    // An error, because the package notices one in each of its states.
    this.#socket?.destroy(new Error(reason));
  }

  /** Undefined before `connect`, and if that fails at once; the type of the package does not include undefined. */
  get #socket(): net.Socket | undefined {
    return this.#raw.socket;
  }

  /** All requests wait: a broker closes a connection that sends another request during a login. */
  async #renew(): Promise<void> {
    this.#renewing ??= this.logIn().finally(() => (this.#renewing = undefined));
    await this.#renewing;
  }

  #send<T>(
    key: number,
    version: number,
    encode: () => ReturnType<Platformatic['Writer']['create']>,
    isHeaderFlexible: boolean,
    decode: (reader: Reader) => T,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const parse = (_id: number, _key: number, _version: number, reader: Reader): T => decode(reader);
      this.#raw.send(key, version, encode, parse, true, isHeaderFlexible, (error, answer) => {
        if (error) reject(this.#translated(error));
        else resolve(answer as T);
      });
    });
  }

  #translated(thrown: unknown): Error {
    // The first failure has the cause; the requests that it ends only know that the connection is closed.
    const failure = toFailure(this.#failure ?? thrown, addressKey(this.#address));
    if (failure instanceof ConnectionFailure && failure.kind === 'login_refused') {
      this.#failure = failure;
      this.#parts.loginRefused();
    }
    return failure;
  }

  /**
   * If a web server answers, the package would wait for gigabytes. The first response shows whether the peer speaks
   * Kafka's protocol.
   */
  #refuseOtherProtocols(): void {
    const { socket } = this.#raw;
    socket.prependOnceListener('data', (bytes: Buffer) => {
      if (bytes.length >= 4 && !isResponseSize(bytes.readInt32BE(0)))
        socket.destroy(new Error('the peer does not use Kafka’s protocol'));
    });
  }
}
