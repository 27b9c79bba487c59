import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { listen } from '../../local/os/listen.js';

/**
 * Addresses that never answer, like brokers that a security group blocks. There a packet is dropped. Here the kernel
 * accepts the connection and nothing else happens, so that a client waits as long for its TLS handshake.
 */
export class UnreachableBrokers implements AsyncDisposable {
  readonly #servers: readonly Server[];
  readonly #sockets = new Set<Socket>();

  private constructor(servers: readonly Server[]) {
    this.#servers = servers;
    for (const server of servers) {
      server.on('connection', (socket) => {
        this.#sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => this.#sockets.delete(socket));
        // What the client sends is read and dropped.
        socket.resume();
      });
    }
  }

  static async start(count: number): Promise<UnreachableBrokers> {
    return new UnreachableBrokers(await Promise.all(Array.from({ length: count }, listening)));
  }

  get addresses(): string[] {
    return this.#servers.map((server) => `127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }
}

async function listening(): Promise<Server> {
  const server = createServer();
  await listen(server, { host: '127.0.0.1', port: 0 });
  return server;
}
