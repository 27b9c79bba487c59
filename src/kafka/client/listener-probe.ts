import net from 'node:net';
import tls from 'node:tls';

/** What listens at an address, as far as a few bytes can tell. */
export type ListenerKind =
  /** Answers Kafka's ApiVersions in plain text. */
  | 'kafka'
  /** Speaks TLS. */
  | 'tls'
  /** Answers as a web server does. */
  | 'http'
  /** Accepts connections, and says nothing. */
  | 'silent'
  /** Accepts connections, and ends them. */
  | 'closes'
  /** Answers something else. */
  | 'other'
  /** No connection came about. */
  | 'unreachable';

const CORRELATION_ID = 0x7051_4b1d;

/**
 * Asks an address what it is. kafkajs calls a TLS port, a web server and a peer that hangs up all "closed connection";
 * their users need to know which.
 *
 * @param timeoutMs for each of the two connections that this makes at most
 */
export async function probeListener(host: string, port: number, timeoutMs: number): Promise<ListenerKind> {
  const plain = await askInPlainText(host, port, timeoutMs);
  if (plain !== 'closes' && plain !== 'silent') return plain;
  return (await shakesHands(host, port, timeoutMs)) ? 'tls' : plain;
}

function askInPlainText(host: string, port: number, timeoutMs: number): Promise<ListenerKind> {
  return new Promise((resolve) => {
    let connected = false;
    let answer = Buffer.alloc(0);
    const socket = net.connect({ host, port });
    const settle = (kind: ListenerKind): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(kind);
    };
    const timer = setTimeout(
      () => settle(!connected ? 'unreachable' : answer.length > 0 ? 'other' : 'silent'),
      timeoutMs,
    );
    socket.once('connect', () => {
      connected = true;
      socket.write(apiVersionsRequest());
    });
    socket.on('data', (data) => {
      answer = Buffer.concat([answer, data]);
      const kind = kindOfAnswer(answer);
      if (kind !== undefined) settle(kind);
    });
    socket.on('error', () => settle(connected ? 'closes' : 'unreachable'));
    socket.on('close', () => settle(answer.length > 0 ? 'other' : 'closes'));
  });
}

/** ApiVersions version 0, which every broker answers, also before a login. */
function apiVersionsRequest(): Buffer {
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0);
  request.writeInt16BE(18, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(-1, 12);
  return request;
}

function kindOfAnswer(answer: Buffer): ListenerKind | undefined {
  // A TLS record: alert or handshake, major version 3.
  if (answer.length >= 2 && (answer[0] === 0x15 || answer[0] === 0x16) && answer[1] === 3) return 'tls';
  if (answer.length >= 5 && answer.subarray(0, 5).toString('latin1') === 'HTTP/') return 'http';
  if (answer.length >= 8) return answer.readInt32BE(4) === CORRELATION_ID ? 'kafka' : 'other';
  return undefined;
}

function shakesHands(host: string, port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    // Whose certificate it is does not matter here: only that there is one.
    const socket = tls.connect({ host, port, rejectUnauthorized: false });
    const settle = (shook: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(shook);
    };
    const timer = setTimeout(() => settle(false), timeoutMs);
    socket.once('secureConnect', () => settle(true));
    socket.on('error', () => settle(false));
    socket.on('close', () => settle(false));
  });
}
