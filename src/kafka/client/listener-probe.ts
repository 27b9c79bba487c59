import net from 'node:net';
import tls from 'node:tls';
import { onAbort } from '../../base/abort.js';

/** The kind of server at an address, as far as a few bytes show it. */
export type ListenerKind =
  /** Answers Kafka's ApiVersions in plain text. */
  | 'kafka'
  /** Speaks TLS. */
  | 'tls'
  /** Answers like a web server. */
  | 'http'
  /** Accepts connections, and does not answer. */
  | 'silent'
  /** Accepts connections, and closes them. */
  | 'closes'
  /** Sends some other answer. */
  | 'other'
  /** A connection was not possible. */
  | 'unreachable';

const CORRELATION_ID = 0x7051_4b1d;

/**
 * Probes an address. kafkajs reports a TLS port, a web server and a peer that closes the connection all as "closed
 * connection"; users need to know which it is.
 *
 * @param timeoutMs for each of at most two connections
 * @param signal ends the probe
 */
export async function probeListener(
  host: string,
  port: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ListenerKind> {
  const plain = await askInPlainText(host, port, timeoutMs, signal);
  if (plain !== 'closes' && plain !== 'silent') return plain;
  return (await shakesHands(host, port, timeoutMs, signal)) ? 'tls' : plain;
}

/** How an exchange without a result ended. */
interface Unanswered {
  readonly by: 'timeout' | 'error' | 'close';
  readonly connected: boolean;
  readonly answer: Buffer;
}

interface Exchange<T> {
  readonly overTls: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** The bytes to send after the connection is open, or a result if the connection is enough. */
  readonly once: { readonly send: Buffer } | { readonly result: T };
  /** @returns undefined if more bytes are needed */
  readonly read: (answer: Buffer) => T | undefined;
  readonly unanswered: (end: Unanswered) => T;
}

/** Opens one connection with at most one request, and returns the result. */
function exchange<T>(host: string, port: number, { overTls, timeoutMs, signal, ...steps }: Exchange<T>): Promise<T> {
  return new Promise((resolve) => {
    let connected = false;
    let answer = Buffer.alloc(0);
    // The certificate is not verified, because nothing secret is sent.
    const socket = overTls ? tls.connect({ host, port, rejectUnauthorized: false }) : net.connect({ host, port });
    let forget: () => void = () => undefined;
    const settle = (result: T): void => {
      clearTimeout(timer);
      forget();
      socket.destroy();
      resolve(result);
    };
    const end = (by: Unanswered['by']): void => settle(steps.unanswered({ by, connected, answer }));
    const timer = setTimeout(() => end('timeout'), timeoutMs);
    socket.once(overTls ? 'secureConnect' : 'connect', () => {
      connected = true;
      if ('send' in steps.once) socket.write(steps.once.send);
      else settle(steps.once.result);
    });
    socket.on('data', (data: Buffer) => {
      answer = Buffer.concat([answer, data]);
      const result = steps.read(answer);
      if (result !== undefined) settle(result);
    });
    socket.on('error', () => end('error'));
    socket.on('close', () => end('close'));
    forget = onAbort(signal, () => end('timeout'));
  });
}

function askInPlainText(
  host: string,
  port: number,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<ListenerKind> {
  return exchange<ListenerKind>(host, port, {
    overTls: false,
    timeoutMs,
    signal,
    // Every broker answers ApiVersions version 0, also before a login.
    once: { send: request(18, 0) },
    read: kindOfAnswer,
    unanswered: ({ by, connected, answer }) => {
      if (!connected && by !== 'close') return 'unreachable';
      if (by === 'error') return 'closes';
      if (answer.length > 0) return 'other';
      return by === 'timeout' ? 'silent' : 'closes';
    },
  });
}

/** A request without a client id. */
function request(apiKey: number, version: number, body = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(14);
  head.writeInt32BE(10 + body.length, 0);
  head.writeInt16BE(apiKey, 4);
  head.writeInt16BE(version, 6);
  head.writeInt32BE(CORRELATION_ID, 8);
  head.writeInt16BE(-1, 12);
  return Buffer.concat([head, body]);
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
 * @returns mechanisms as Kafka names them (`SCRAM-SHA-512`), none if the listener does not support logins, or undefined
 *   if there was no such answer within `timeoutMs`
 */
export async function probeMechanisms(
  host: string,
  port: number,
  overTls: boolean,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<readonly string[] | undefined> {
  const { mechanisms } = await exchange<{ mechanisms?: readonly string[] | undefined }>(host, port, {
    overTls,
    timeoutMs,
    signal,
    once: { send: request(17, 1, Buffer.from('\0\x01?', 'latin1')) },
    read: (answer) =>
      answer.length >= 4 && answer.length >= 4 + answer.readInt32BE(0)
        ? { mechanisms: mechanismsOf(answer) }
        : undefined,
    unanswered: () => ({}),
  });
  return mechanisms;
}

const UNSUPPORTED_SASL_MECHANISM = 33;
const ILLEGAL_SASL_STATE = 34;

/** A response of size, correlation id, error code and an array of strings. */
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

function shakesHands(host: string, port: number, timeoutMs: number, signal: AbortSignal | undefined): Promise<boolean> {
  return exchange(host, port, {
    overTls: true,
    timeoutMs,
    signal,
    once: { result: true },
    read: () => undefined,
    unanswered: () => false,
  });
}
