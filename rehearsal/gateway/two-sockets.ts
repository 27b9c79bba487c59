import type net from 'node:net';

/**
 * The two ends of one connection: the client's socket, and the broker's, which is opened when there is something to
 * send. Neither end is read faster than the other one accepts data.
 */
export class TwoSockets {
  #broker: net.Socket | undefined;

  constructor(
    readonly client: net.Socket,
    private readonly connect: () => net.Socket,
    private readonly on: {
      readonly fromClient: (chunk: Buffer) => void;
      readonly fromBroker: (chunk: Buffer) => void;
      readonly clientClosed: () => void;
      /** @param wasConnected whether the broker had accepted the connection */
      readonly brokerClosed: (wasConnected: boolean) => void;
      /** A socket accepts data again. */
      readonly drained: () => void;
    },
  ) {
    client.setNoDelay(true);
    client.on('data', on.fromClient);
    client.on('drain', on.drained);
    // A socket that fails also closes; 'close' is handled.
    client.on('error', () => undefined);
    client.once('close', on.clientClosed);
  }

  toClient(bytes: Buffer): void {
    this.client.write(bytes);
  }

  toBroker(bytes: Buffer): void {
    this.#broker ??= this.#open();
    this.#broker.write(bytes);
  }

  destroy(): void {
    this.client.destroy();
    this.#broker?.destroy();
  }

  /** Reads and drops what both ends send. */
  drop(): void {
    this.client.resume();
    this.#broker?.resume();
  }

  /** Sends what was written to the client, then closes. Further bytes of the client are read and dropped. */
  finish(): void {
    this.#broker?.destroy();
    this.client.end();
    // Node does not report that the client closed its end while unread bytes wait.
    this.client.resume();
  }

  /**
   * Pauses and resumes each end, depending on whether the other one accepts data.
   *
   * @param holdClient true if the client must not be read for another reason
   */
  balance(holdClient: boolean): void {
    setPaused(this.client, holdClient || this.#broker?.writableNeedDrain === true);
    if (this.#broker !== undefined) setPaused(this.#broker, this.client.writableNeedDrain);
  }

  #open(): net.Socket {
    const broker = this.connect();
    let connected = false;
    broker.setNoDelay(true);
    broker.once('connect', () => (connected = true));
    broker.on('data', this.on.fromBroker);
    broker.on('drain', this.on.drained);
    broker.on('error', () => undefined);
    broker.once('close', () => this.on.brokerClosed(connected));
    return broker;
  }
}

function setPaused(socket: net.Socket, paused: boolean): void {
  if (paused === socket.isPaused()) return;
  if (paused) socket.pause();
  else socket.resume();
}
