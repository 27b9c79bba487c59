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

/**
 * Asks a Kafka listener which SASL mechanisms it offers, by a handshake for a mechanism that does not exist.
 *
 * @param overTls whether the listener speaks TLS. Its certificate is not verified: nothing secret is sent
 * @returns mechanisms as Kafka names them (`SCRAM-SHA-512`), none where the listener takes no logins, or undefined
 *   where there was no such answer within `timeoutMs`
 */
export function probeMechanisms(
  host: string,
  port: number,
  overTls: boolean,
  timeoutMs: number,
): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    let answer = Buffer.alloc(0);
    const socket = overTls ? tls.connect({ host, port, rejectUnauthorized: false }) : net.connect({ host, port });
    const settle = (mechanisms: readonly string[] | undefined): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(mechanisms);
    };
    const timer = setTimeout(() => settle(undefined), timeoutMs);
    socket.once(overTls ? 'secureConnect' : 'connect', () => socket.write(saslHandshakeRequest()));
    socket.on('data', (data: Buffer) => {
      answer = Buffer.concat([answer, data]);
      if (answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)) settle(mechanismsOf(answer));
    });
    socket.on('error', () => settle(undefined));
    socket.on('close', () => settle(undefined));
  });
}

/** SaslHandshake version 1, for the mechanism `?`. */
function saslHandshakeRequest(): Buffer {
  const request = Buffer.alloc(17);
  request.writeInt32BE(13, 0);
  request.writeInt16BE(17, 4);
  request.writeInt16BE(1, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(-1, 12);
  request.writeInt16BE(1, 14);
  request.write('?', 16, 'latin1');
  return request;
}

const UNSUPPORTED_SASL_MECHANISM = 33;
const ILLEGAL_SASL_STATE = 34;

/** Of size, correlation id, error code and an array of strings. */
function mechanismsOf(answer: Buffer): readonly string[] | undefined {
  if (answer.length < 14 || answer.readInt32BE(4) !== CORRELATION_ID) return undefined;
  const error = answer.readInt16BE(8);
  if (error === ILLEGAL_SASL_STATE) return [];
  if (error !== UNSUPPORTED_SASL_MECHANISM) return undefined;
  const mechanisms: string[] = [];
  let at = 14;
  for (let left = answer.readInt32BE(10); left > 0 && at + 2 <= answer.length; left -= 1) {
    const end = at + 2 + answer.readInt16BE(at);
    mechanisms.push(answer.toString('utf8', at + 2, end));
    at = end;
  }
  return mechanisms;
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
