import net from 'node:net';
import tls from 'node:tls';
import type { ISocketFactory } from 'kafkajs';
import { ResponseAssembler } from './response-assembler.js';
import { ResponseBuffers } from './response-buffers.js';

// Cloud NATs drop idle flows after minutes; a probe every 15 s keeps ours, and finds a dead peer early.
const KEEP_ALIVE_MS = 15_000;

/**
 * The sockets of one kafkajs client.
 *
 * kafkajs never closes a socket whose requests time out, so that a half-open connection (a NAT that dropped it, a
 * frozen function that thawed) fails every request until the operating system gives up, many minutes later. We open
 * the sockets ourselves, know them by broker, and destroy those of a broker that did not answer. kafkajs also leaves
 * Nagle's algorithm on.
 */
/** One for all sockets: what it holds is copied before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

export class Sockets {
  readonly #byBroker = new Map<string, Set<net.Socket>>();
  readonly #connectTimeoutMs: number;
  #closed = false;
  #open = 0;

  constructor(connectTimeoutMs: number) {
    this.#connectTimeoutMs = connectTimeoutMs;
  }

  /** Sockets that are connected now. */
  get open(): number {
    return this.#open;
  }

  readonly factory: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    // kafkajs turns what is thrown here into a connection error.
    if (this.#closed) throw new Error('this client is closed');
    const buffers = new ResponseBuffers();
    const assembler = new ResponseAssembler(
      (response) => socket.emit('data', response),
      (size) => buffers.allocate(size),
    );
    const address = {
      host,
      port,
      // The bytes go to the assembler, and whole responses to kafkajs.
      onread: {
        buffer: readBuffer,
        callback: (count: number, bytes: Uint8Array) => {
          try {
            assembler.push(Buffer.from(bytes.buffer, bytes.byteOffset, count));
          } catch (error) {
            socket.destroy(error instanceof Error ? error : new Error(String(error)));
          }
          return true;
        },
      },
      // Both address families are tried, but not in Node's 250 ms, which a distant broker cannot meet.
      autoSelectFamily: true,
      autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(this.#connectTimeoutMs / 3)),
    };
    // The type says that it is there; kafkajs passes what it was given, and `false` without TLS.
    const secure = (ssl as tls.ConnectionOptions | false | undefined) || undefined;
    const socket: net.Socket = secure
      ? tls.connect({ ...address, ...(net.isIP(host) === 0 ? { servername: host } : {}), ...secure }, onConnect)
      : net.connect(address, onConnect);
    buffers.watch(socket);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    this.#remember(`${host}:${port}`, socket, secure === undefined ? 'connect' : 'secureConnect');
    return socket;
  };

  /** Ends the connections to one broker ("host:port"); their requests fail, and the next request opens a new one. */
  destroyBroker(broker: string, reason: string): void {
    // An error, because kafkajs listens for that event and not for 'close'.
    for (const socket of this.#byBroker.get(broker) ?? []) socket.destroy(new Error(reason));
  }

  destroyAll(reason: string): void {
    for (const broker of this.#byBroker.keys()) this.destroyBroker(broker, reason);
  }

  /** Ends every connection and refuses new ones: after this the client that used them cannot come back. */
  close(): void {
    this.#closed = true;
    this.destroyAll('this client is closed');
  }

  #remember(broker: string, socket: net.Socket, connectedEvent: 'connect' | 'secureConnect'): void {
    const sockets = this.#byBroker.get(broker) ?? new Set();
    this.#byBroker.set(broker, sockets.add(socket));
    let counted = false;
    socket.once(connectedEvent, () => {
      counted = true;
      this.#open += 1;
    });
    socket.once('close', () => {
      if (counted) this.#open -= 1;
      sockets.delete(socket);
      if (sockets.size === 0) this.#byBroker.delete(broker);
    });
  }
}
