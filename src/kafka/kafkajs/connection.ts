import type { Socket } from 'node:net';
import Connection from 'kafkajs/src/network/connection.js';
import protocol from 'kafkajs/src/protocol/requests/index.js';
import type { ISocketFactory, SASLOptions } from 'kafkajs';
import type { ApiName, BrokerApis } from '../client/broker-apis.js';
import type { BrokerConnection, RequestOptions } from '../client/broker-connection.js';
import { openSocket } from '../client/socket.js';
import type { KafkaConnection } from '../connection.js';
import { apis } from './apis.js';
import type { BrokerVersions } from './prepare.js';
import { thrownError } from '../../base/thrown.js';

const SASL_AUTHENTICATE = 36;
// A larger value would make kafkajs log in again before every request of a short session.
const REAUTHENTICATION_THRESHOLD_MS = 10_000;

/** The settings of a connection. */
export interface ConnectionParts {
  readonly settings: KafkaConnection;
  readonly sasl: SASLOptions | undefined;
  /** Called if a broker refused a login, so that the next attempt uses fresh credentials. */
  readonly loginRefused: () => void;
}

interface Waiting {
  /** Monotonic. */
  readonly since: number;
  /** Monotonic time after which a response is overdue. */
  readonly expectedBy: number;
  reject(error: Error): void;
}

/**
 * One connection of kafkajs: it handles TLS and SASL, logs in again before a session ends, and sends requests.
 *
 * kafkajs' own check for time-outs is off, because it runs ten times a second and leaves the socket open. Here each
 * request has a timer, and a request that is not answered closes the connection. A closed connection is never opened
 * again.
 */
export class KafkajsConnection implements BrokerConnection {
  readonly address: string;
  readonly #raw: Connection;
  readonly #requestTimeoutMs: number;
  readonly #loginRefused: () => void;
  #versions: BrokerVersions = {};
  readonly #waiting = new Set<Waiting>();
  #socket: Socket | undefined;
  #closed: string | undefined;

  private constructor(
    { settings, sasl, loginRefused }: ConnectionParts,
    { host, port }: { host: string; port: number },
  ) {
    this.address = `${host}:${port}`;
    this.#requestTimeoutMs = settings.requestTimeoutMs;
    this.#loginRefused = loginRefused;
    this.#raw = new Connection({
      host,
      port,
      ssl: settings.tls === undefined ? null : { ...settings.tls },
      sasl: sasl ?? null,
      clientId: settings.clientId,
      socketFactory: ((options) => {
        // kafkajs creates one when it connects, and it connects only once here.
        this.#socket = openSocket({ ...options, timeoutMs: settings.connectionTimeoutMs });
        return this.#socket;
      }) satisfies ISocketFactory,
      connectionTimeout: settings.connectionTimeoutMs,
      requestTimeout: settings.requestTimeoutMs,
      enforceRequestTimeout: false,
      reauthenticationThreshold: REAUTHENTICATION_THRESHOLD_MS,
      logger: kafkajsLogger(settings),
    });
    this.#checkPendingOnlyWhenThrottled();
  }

  /** Connects and logs in, each within its time limit in the settings. */
  static async open(parts: ConnectionParts, address: { host: string; port: number }): Promise<KafkajsConnection> {
    const connection = new KafkajsConnection(parts, address);
    const { connectionTimeoutMs, authenticationTimeoutMs } = parts.settings;
    try {
      await connection.#raw.connect();
      await connection.#within(connectionTimeoutMs, 'ApiVersions', connection.#learnVersions());
      await connection.#within(authenticationTimeoutMs, 'the login', connection.#raw.authenticate());
      return connection;
    } catch (error) {
      connection.#noteRefusedLogin(error);
      connection.close('the connection could not be set up');
      throw atAddress(error, connection.address);
    }
  }

  get isOpen(): boolean {
    return this.#closed === undefined && this.#raw.isConnected();
  }

  overdueMs(): number {
    let most = 0;
    const now = performance.now();
    for (const { expectedBy } of this.#waiting) most = Math.max(most, now - expectedBy);
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
      if (this.#closed !== undefined) throw connectionError('KafkaJSConnectionClosedError', this.#closed, this.address);
      const prepared = apis[api](body, this.#versions);
      const timer = setTimeout(() => {
        const silence = `no answer to ${api} within ${timeoutMs + waitMs} ms`;
        settle(() => reject(connectionError('KafkaJSRequestTimeoutError', silence, this.address)));
        this.close(silence);
      }, timeoutMs + waitMs);
      const settle = (act: () => void): void => {
        clearTimeout(timer);
        if (this.#waiting.delete(waiting)) act();
      };
      const waiting: Waiting = {
        since: performance.now(),
        expectedBy: performance.now() + waitMs,
        reject: (error) => settle(() => reject(error)),
      };
      this.#waiting.add(waiting);
      const { request, response } = prepared.protocol;
      const raw = { decode: response.decode, parse: (decoded: unknown) => Promise.resolve(decoded) };
      this.#raw.send({ request, response: raw, logResponseError: false }).then(
        (decoded) =>
          settle(() => {
            try {
              resolve(prepared.answer(decoded));
            } catch (error) {
              reject(thrownError(error));
            }
          }),
        (error: unknown) => {
          waiting.reject(atAddress(error, this.address));
          // After a refused login, the connection cannot be used for requests.
          if (this.#noteRefusedLogin(error) || !this.#raw.isConnected()) this.close('the connection broke');
        },
      );
    });
  }

  close(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const { reject } of [...this.#waiting])
      reject(connectionError('KafkaJSConnectionClosedError', reason, this.address));
    // An error, because kafkajs listens for 'error' and not for 'close'.
    this.#socket?.destroy(new Error(reason));
  }

  async #learnVersions(): Promise<void> {
    this.#versions = await supportedVersions(this.#raw);
    this.#raw.setVersions(this.#versions);
    this.#raw.setSupportAuthenticationProtocol(SASL_AUTHENTICATE in this.#versions);
  }

  #noteRefusedLogin(error: unknown): boolean {
    const refused = isRefusedLogin(error);
    if (refused) this.#loginRefused();
    return refused;
  }

  /** Without this limit, a peer that accepts connections and never answers would block the caller. */
  async #within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.close(`no answer to ${what} within ${ms} ms`), ms);
    try {
      return await work;
    } catch (error) {
      throw this.#closed === undefined
        ? error
        : connectionError('KafkaJSRequestTimeoutError', this.#closed, this.address);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * kafkajs sets a timer after each response, to send the requests that it holds back while a broker throttles it.
   * Usually there are none, and on Node 24 its negative delay causes a warning.
   */
  #checkPendingOnlyWhenThrottled(): void {
    const queue = this.#raw.requestQueue;
    queue.scheduleCheckPendingRequests = () => {
      if (queue.pending.length === 0 || queue.throttleCheckTimeoutId !== null) return;
      queue.throttleCheckTimeoutId = setTimeout(
        () => {
          queue.throttleCheckTimeoutId = null;
          queue.checkPendingRequests();
        },
        Math.max(1, queue.throttledUntil - Date.now()),
      );
    };
  }
}

/** kafkajs has the same code in its class for brokers, but that class has its own pool of connections. */
async function supportedVersions(raw: Connection): Promise<BrokerVersions> {
  const definition = protocol.requests['ApiVersions'];
  if (definition === undefined) throw new Error('kafkajs has no ApiVersions');
  let failure: unknown;
  for (const version of definition.versions.map(Number).sort((a, b) => b - a)) {
    try {
      const { apiVersions } = (await raw.send({ ...definition.protocol({ version })(), logResponseError: false })) as {
        apiVersions: { apiKey: number; minVersion: number; maxVersion: number }[];
      };
      return Object.fromEntries(apiVersions.map((one) => [one.apiKey, one]));
    } catch (error) {
      failure = error;
      if ((error as { type?: string }).type !== 'UNSUPPORTED_VERSION') break;
    }
  }
  throw failure;
}

function isRefusedLogin(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'KafkaJSSASLAuthenticationError' || ('type' in error && error.type === 'SASL_AUTHENTICATION_FAILED')
  );
}

/** Only some errors of kafkajs name their broker. */
function atAddress(error: unknown, broker: string): Error {
  const thrown = thrownError(error);
  return 'broker' in thrown ? thrown : Object.assign(thrown, { broker });
}

function connectionError(name: string, message: string, broker: string): Error {
  return Object.assign(new Error(message), { name, broker });
}

/** What kafkajs logs as an error is often only the first of several attempts, so it is logged at a lower level here. */
function kafkajsLogger({ logger }: KafkaConnection): object {
  const log = (message: string, fields: Record<string, unknown> = {}): void => {
    const { stack: _stack, helpUrl: _helpUrl, ...rest } = fields;
    logger.debug(`kafkajs: ${message}`, rest);
  };
  const levels = { debug: () => undefined, info: log, warn: log, error: log, namespace: () => levels };
  return levels;
}
