import net from 'node:net';
import tls from 'node:tls';
import { listen } from '../../local/os/listen.js';
import { pubsub_error } from '../../src/base/error.js';
import type { Certificates } from './certificates.js';
import { Connection } from './connection.js';
import type { LoginOptions } from './login/login.js';
import type { NameWatch } from './names/watch.js';
import type { AclBook } from './protocol/acl-book.js';
import { GatewayRefusal } from './refusal.js';
import type { RefusalLog } from './refusal-log.js';

export interface BrokerGatewayOptions {
  certificates: Certificates;
  login: LoginOptions;
  refusals: RefusalLog;
  /** The ACLs that clients have created, through any gateway of the cluster. */
  acls: AclBook;
  /** @default a free one */
  port?: number | undefined;
  /** The time from a connection to its login, milliseconds. @default 10 000 */
  loginTimeoutMs?: number | undefined;
  /** Decides names before they are used; read for each request. @default none */
  names?: () => NameWatch | undefined;
}

const HOST = '127.0.0.1';
const LOGIN_TIMEOUT_MS = 10_000;
/** The limit of connections of one MSK broker with IAM. */
const MOST_CONNECTIONS = 3_000;

/** A TLS listener on the loopback interface in front of one broker. */
export class BrokerGateway implements AsyncDisposable {
  readonly #server: tls.Server;
  readonly #options: BrokerGatewayOptions;
  /** All sockets, from their first byte on, with the timers of their logins. */
  readonly #sockets = new Map<net.Socket, NodeJS.Timeout>();
  /** The same sockets by the client's address: a TLS socket does not show its plain socket. */
  readonly #byPeer = new Map<string, net.Socket>();
  /** Those that the client may close without a line in the log, or whose end has one. */
  readonly #explained = new WeakSet<net.Socket>();
  /** Connections with TLS, by the client's port. */
  readonly #connections = new Map<number, Connection>();
  #address = '';
  #target: { host: string; port: number } | undefined;
  #closed: Promise<void> | undefined;
  #logins = 0;

  private constructor(options: BrokerGatewayOptions) {
    this.#options = options;
    const { certificate: cert, key } = options.certificates;
    // Node's own time limit only reports; the timer of this class closes the connection.
    this.#server = tls.createServer({ cert, key, handshakeTimeout: 2 * this.#timeoutMs });
    this.#server.maxConnections = MOST_CONNECTIONS;
    this.#server.on('drop', () => {
      const sentence = `more than ${MOST_CONNECTIONS} connections are open`;
      this.#refuse(new GatewayRefusal('too_many_connections', sentence));
    });
    this.#server.on('connection', (socket: net.Socket) => this.#onConnection(socket));
    this.#server.on('tlsClientError', (error, socket) => {
      // A client that disconnects at once, to see whether the port answers, is not reported.
      if ('code' in error && error.code === 'ECONNRESET') return void socket.destroy();
      const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
      this.#markExplained(socket);
      const isAboutCertificate = /ALERT.*(CA|CERT)/.test(code);
      this.#refuse(
        isAboutCertificate
          ? notTrusted(code)
          : new GatewayRefusal('not_tls', `the client did not complete the TLS handshake: ${code}`),
      );
      socket.destroy();
    });
    this.#server.on('secureConnection', (socket) => this.#onSecure(socket));
  }

  /** Listens. Connections are refused until `target` is set. */
  static async listen(options: BrokerGatewayOptions): Promise<BrokerGateway> {
    const gateway = new BrokerGateway(options);
    const port = options.port ?? 0;
    const address = { host: HOST, port, exclusive: true };
    const listening = await listen(gateway.#server, address).catch((error: unknown) => {
      throw new pubsub_error('kafka_unavailable', 'local_kafka', `a gateway cannot listen on ${HOST}:${port}`, {
        cause: error,
        hint: 'Stop the program that uses the port. For the embedded Kafka, choose another --port; for your own brokers, advertise another port.',
      });
    });
    gateway.#address = `${HOST}:${listening.port}`;
    return gateway;
  }

  /** The address for clients: `host:port`. */
  get address(): string {
    return this.#address;
  }

  /** The number of open connections. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** The number of logins that the broker has accepted, renewals included. */
  get logins(): number {
    return this.#logins;
  }

  /** The address of the broker's SASL listener. */
  set target(address: string) {
    const colon = address.lastIndexOf(':');
    this.#target = { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
  }

  /** Makes the network lose the connections from these ports: neither end is notified. */
  lose(ports: readonly number[]): void {
    for (const port of ports) this.#connections.get(port)?.lose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets.keys()) socket.destroy();
    });
    await this.#closed;
  }

  get #timeoutMs(): number {
    return this.#options.loginTimeoutMs ?? LOGIN_TIMEOUT_MS;
  }

  #onConnection(socket: net.Socket): void {
    const peer = peerOf(socket);
    const timer = setTimeout(() => {
      this.#explained.add(socket);
      this.#refuse(
        new GatewayRefusal('no_login_in_time', `the client has not logged in within ${this.#timeoutMs / 1_000} s`),
      );
      socket.destroy();
    }, this.#timeoutMs);
    this.#sockets.set(socket, timer);
    this.#byPeer.set(peer, socket);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      clearTimeout(timer);
      this.#sockets.delete(socket);
      this.#byPeer.delete(peer);
      // A client that closes without a byte looks whether the port answers.
      const isUnexplained = socket.bytesRead > 0 && !this.#explained.has(socket);
      if (isUnexplained && this.#closed === undefined) this.#refuse(notTrusted());
    });
  }

  #onSecure(client: tls.TLSSocket): void {
    const below = this.#byPeer.get(peerOf(client));
    this.#markExplained(client);
    const target = this.#target;
    if (target === undefined) {
      this.#refuse(new GatewayRefusal('broker_unreachable', 'this gateway has no broker yet'));
      client.on('error', () => undefined);
      client.destroy();
      return;
    }
    const connection = new Connection({
      client,
      connect: () => net.connect(target),
      login: this.#options.login,
      refuse: (refused) => this.#refuse(refused),
      acls: this.#options.acls,
      names: () => this.#options.names?.(),
      onLogin: () => {
        this.#logins += 1;
        if (below !== undefined) clearTimeout(this.#sockets.get(below));
      },
    });
    const { remotePort: port } = client;
    if (port === undefined) return;
    this.#connections.set(port, connection);
    this.#watchForDistrust(client);
    client.once('close', () => {
      if (this.#connections.get(port) === connection) this.#connections.delete(port);
    });
  }

  #markExplained(client: tls.TLSSocket): void {
    const below = this.#byPeer.get(peerOf(client));
    if (below !== undefined) this.#explained.add(below);
  }

  /** Many clients reject a certificate without an alert: they close the connection, before or after the handshake. */
  #watchForDistrust(client: tls.TLSSocket): void {
    let hasSent = false;
    client.once('data', () => (hasSent = true));
    const left = (code?: string): void => {
      if (hasSent || this.#closed !== undefined) return;
      hasSent = true;
      this.#refuse(notTrusted(code));
    };
    client.once('end', () => left());
    client.once('error', (error: NodeJS.ErrnoException) => left(error.code));
  }

  #refuse(refused: GatewayRefusal): string {
    return this.#options.refusals.add(refused, this.address);
  }
}

function notTrusted(code?: string): GatewayRefusal {
  return new GatewayRefusal(
    'certificate_not_trusted',
    `the client closed the connection when it had the certificate, without a request${code === undefined ? '' : ` (${code})`}: it does not trust the certificate of this gateway, whose authority is in the file that PUBSUB_TLS_CA names, or it only tested the port`,
  );
}

function peerOf({ remoteAddress, remotePort }: net.Socket): string {
  return `${remoteAddress ?? ''} ${remotePort ?? 0}`;
}
