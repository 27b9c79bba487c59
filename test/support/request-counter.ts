import net from 'node:net';

/** A TCP proxy on 127.0.0.1 that counts the requests of Kafka's protocol that pass through it. */
export interface RequestCounter extends AsyncDisposable {
  readonly port: number;
  /** The destination of connections; set it before the first one. */
  target: string;
  /** Requests so far, by their API key (0: Produce, 1: Fetch…). */
  readonly requests: ReadonlyMap<number, number>;
  /** Bytes so far, in both directions. */
  bytes(): number;
  reset(): void;
}

export async function startRequestCounter(): Promise<RequestCounter> {
  const requests = new Map<number, number>();
  const sockets = new Set<net.Socket>();
  let bytes = 0;
  const counter = { target: '' };
  const server = net.createServer((client) => {
    const [host, port] = counter.target.split(':');
    const broker = net.connect(Number(port), host);
    let rest: Buffer = Buffer.alloc(0);
    client.on('data', (data) => {
      bytes += data.length;
      rest = Buffer.concat([rest, data]);
      // Each request begins with its length (4 bytes) and its API key (2 bytes).
      while (rest.length >= 6 && rest.length >= rest.readInt32BE(0) + 4) {
        const api = rest.readInt16BE(4);
        requests.set(api, (requests.get(api) ?? 0) + 1);
        rest = rest.subarray(rest.readInt32BE(0) + 4);
      }
      broker.write(data);
    });
    broker.on('data', (data) => {
      bytes += data.length;
      client.write(data);
    });
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(socket.setNoDelay(true));
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(counter, {
    port: (server.address() as net.AddressInfo).port,
    requests,
    bytes: () => bytes,
    reset() {
      requests.clear();
      bytes = 0;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}
