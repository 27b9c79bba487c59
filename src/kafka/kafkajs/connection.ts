import type { Socket } from 'node:net';
import Connection from 'kafkajs/src/network/connection.js';
import protocol from 'kafkajs/src/protocol/requests/index.js';
import type { ISocketFactory, SASLOptions } from 'kafkajs';
import { addressKey, type HostAndPort } from '../client/address.js';
import type { ApiName, BrokerApis } from '../client/broker-apis.js';
import type { LibraryConnection } from '../client/port.js';
import { Throttle, throttleTimeAt } from '../client/throttle.js';
import { openSocket } from '../client/socket.js';
import type { KafkaConnection } from '../connection.js';
import { apis } from './apis.js';
import { isRefusedLogin, toFailure } from './failures.js';
import type { BrokerVersions } from './prepare.js';

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

/**
 * One connection of kafkajs: it handles TLS and SASL, logs in again before a session ends, and sends requests.
 *
 * kafkajs' own check for time-outs is off, because it runs ten times a second and leaves the socket open.
 */
export class KafkajsConnection implements LibraryConnection {
  readonly #address: string;
  readonly #raw: Connection;
  readonly #loginRefused: () => void;
  #versions: BrokerVersions = {};
  #socket: Socket | undefined;
  readonly #throttle: Throttle;
  #isRefused = false;
  #isDestroyed = false;

  constructor({ settings, sasl, loginRefused }: ConnectionParts, address: HostAndPort) {
    this.#address = addressKey(address);
    this.#loginRefused = loginRefused;
    this.#throttle = new Throttle(settings.metrics);
    this.#raw = new Connection({
      host: address.host,
      port: address.port,
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
      logger: kafkajsLogger(settings, () => !this.#isDestroyed),
    });
    this.#checkPendingOnlyWhenThrottled();
  }

  get isConnected(): boolean {
    return !this.#isRefused && this.#raw.isConnected();
  }

  get throttledUntil(): number {
    return this.#throttle.until;
  }

  async connect(): Promise<void> {
    await this.#translated(this.#raw.connect());
  }

  async negotiate(): Promise<void> {
    this.#versions = await this.#translated(supportedVersions(this.#raw));
    this.#raw.setVersions(this.#versions);
    this.#raw.setSupportAuthenticationProtocol(SASL_AUTHENTICATE in this.#versions);
  }

  async logIn(): Promise<void> {
    await this.#translated(this.#raw.authenticate());
  }

  async request<A extends ApiName>(api: A, body: BrokerApis[A]['request']): Promise<BrokerApis[A]['answer']> {
    const prepared = apis[api](body, this.#versions);
    const { request, response } = prepared.protocol;
    const decode = (payload: Buffer): Promise<unknown> => {
      const isFlexible = prepared.isFlexible === true;
      // The header of a flexible response ends with tagged fields, of which brokers send none.
      const header = isFlexible ? 1 : 0;
      const at = header + throttleTimeAt(request.apiKey, payload.length - header, isFlexible);
      this.#throttle.note(payload.readInt32BE(at));
      return response.decode(payload);
    };
    const raw = { decode, parse: (decoded: unknown) => Promise.resolve(decoded) };
    return prepared.answer(await this.#translated(this.#raw.send({ request, response: raw, logResponseError: false })));
  }

  destroy(reason: string): void {
    this.#isDestroyed = true;
    // An error, because kafkajs listens for 'error' and not for 'close'.
    this.#socket?.destroy(new Error(reason));
  }

  async #translated<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (thrown) {
      const failure = toFailure(thrown, this.#address);
      if (isRefusedLogin(failure)) {
        this.#isRefused = true;
        this.#loginRefused();
      }
      throw failure;
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

/**
 * What kafkajs logs as an error is often only the first of several attempts, so it is logged at a lower level here.
 *
 * @param isWanted false when this side has closed the connection, which kafkajs would log as an error
 */
function kafkajsLogger({ logger }: KafkaConnection, isWanted: () => boolean): object {
  const log = (message: string, fields: Record<string, unknown> = {}): void => {
    if (!isWanted()) return;
    const { stack: _stack, helpUrl: _helpUrl, ...rest } = fields;
    logger.debug(`kafkajs: ${message}`, rest);
  };
  const levels = { debug: () => undefined, info: log, warn: log, error: log, namespace: () => levels };
  return levels;
}
