import net from 'node:net';

/**
 * A TCP proxy on 127.0.0.1 that causes network faults: delays, broken connections, silence. It does not know Kafka's
 * protocol, except that it can see where a response begins.
 */
export interface TestProxy extends AsyncDisposable {
  readonly port: number;
  /** The destination of connections; set it before the first one. */
  target: string;
  /** Added in each direction, milliseconds. */
  latencyMs: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Ends all connections, like a crash of the peer. */
  cut(): void;
  /**
   * Existing connections transfer nothing any more, in both directions, without being closed: like a NAT that dropped
   * them.
   */
  freeze(): void;
  /** From now on new connections are refused (true) or accepted again. */
  refuse(refused: boolean): void;
  /**
   * Drops the next answers from the broker and closes the connection: the request was executed, and the client does
   * not know it.
   */
  loseAnswers(count: number, wanted?: (request: Buffer) => boolean): void;
  /** As `loseAnswers`, but the connections stay open and transfer nothing any more. */
  muteAnswers(count: number, wanted: (request: Buffer) => boolean): void;
  /** The next `count` connections with such a request transfer nothing any more, without being closed. */
  hangOn(count: number, wanted: (request: Buffer) => boolean): void;
  /** Called with the bytes of answers, which it may change. */
  onAnswer: (bytes: Buffer) => void;
}

export async function startProxy(): Promise<TestProxy> {
  const pairs = new Set<{ client: net.Socket; upstream: net.Socket; frozen: boolean }>();
  let accepted = 0;
  let refused = false;
  let lose = { left: 0, wanted: (_request: Buffer): boolean => true };
  let mute = { left: 0, wanted: (_request: Buffer): boolean => true };
  let hang = { left: 0, wanted: (_request: Buffer): boolean => true };
  const proxy = {
    target: '',
    latencyMs: 0,
    onAnswer: (_bytes: Buffer): void => undefined,
  };

  const server = net.createServer((client) => {
    if (refused) {
      client.destroy();
      return;
    }
    accepted += 1;
    const [host, port] = proxy.target.split(':');
    const upstream = net.connect(Number(port), host);
    const pair = { client, upstream, frozen: false };
    pairs.add(pair);
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    let loseNext = false;
    let muted = false;
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    const forward = (to: net.Socket, data: Buffer): void => {
      if (pair.frozen) return;
      if (proxy.latencyMs === 0) to.write(data);
      else setTimeout(() => pair.frozen || to.destroyed || to.write(data), proxy.latencyMs);
    };
    client.on('data', (data) => {
      if (lose.left > 0 && lose.wanted(data)) {
        lose.left -= 1;
        loseNext = true;
      }
      if (mute.left > 0 && mute.wanted(data)) {
        mute.left -= 1;
        muted = true;
      }
      if (hang.left > 0 && hang.wanted(data)) {
        hang.left -= 1;
        pair.frozen = true;
      }
      forward(upstream, data);
    });
    upstream.on('data', (data) => {
      proxy.onAnswer(data);
      if (loseNext) end();
      else if (!muted) forward(client, data);
    });
    for (const socket of [client, upstream]) {
      socket.on('error', end);
      socket.on('close', () => (pair.frozen ? undefined : end()));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return Object.assign(proxy, {
    port: (server.address() as net.AddressInfo).port,
    get accepted() {
      return accepted;
    },
    cut() {
      for (const { client, upstream } of [...pairs]) {
        client.resetAndDestroy();
        upstream.destroy();
      }
      pairs.clear();
    },
    freeze() {
      for (const pair of pairs) pair.frozen = true;
    },
    refuse(now: boolean) {
      refused = now;
    },
    loseAnswers(count: number, wanted = (_request: Buffer): boolean => true) {
      lose = { left: count, wanted };
    },
    muteAnswers(count: number, wanted: (request: Buffer) => boolean) {
      mute = { left: count, wanted };
    },
    hangOn(count: number, wanted: (request: Buffer) => boolean) {
      hang = { left: count, wanted };
    },
    async [Symbol.asyncDispose]() {
      for (const { client, upstream } of pairs) {
        client.destroy();
        upstream.destroy();
      }
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

/** Whether these bytes begin with a request of this API (0: Produce, 1: Fetch…). */
export function isRequest(apiKey: number): (bytes: Buffer) => boolean {
  return (bytes) => bytes.length >= 6 && bytes.readInt16BE(4) === apiKey;
}
