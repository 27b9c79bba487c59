import net from 'node:net';
import tls from 'node:tls';
import { ResponseAssembler } from './response-assembler.js';
import { ResponseBuffers } from './response-buffers.js';
import { thrownError } from '../../base/thrown.js';

// Cloud NATs drop idle flows after minutes. A probe every 15 s keeps the flow, and detects a dead peer early.
export const KEEP_ALIVE_MS = 15_000;

/** Shared by all sockets: its content is copied before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

export interface SocketOptions {
  readonly host: string;
  readonly port: number;
  /** Undefined, null or false: plain text. */
  readonly ssl: tls.ConnectionOptions | false | null | undefined;
  /** For TCP and TLS together, milliseconds. */
  readonly timeoutMs: number;
  /** Called after the connection is open, including TLS if configured. */
  readonly onConnect: () => void;
}

/** A socket whose 'data' events each carry one whole response. It has Nagle's algorithm off, and keep-alive on. */
export function openSocket({ host, port, ssl, timeoutMs, onConnect }: SocketOptions): net.Socket {
  const buffers = new ResponseBuffers();
  const assembler = new ResponseAssembler(
    (response) => socket.emit('data', response),
    (size) => buffers.allocate(size),
  );
  const address = {
    host,
    port,
    // The bytes go to the assembler, and whole responses to the listeners.
    onread: {
      buffer: readBuffer,
      callback: (count: number, bytes: Uint8Array) => {
        try {
          assembler.push(Buffer.from(bytes.buffer, bytes.byteOffset, count));
        } catch (error) {
          socket.destroy(thrownError(error));
        }
        return true;
      },
    },
    // Both address families are tried, but not with Node's limit of 250 ms, which is too short for a distant broker.
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(timeoutMs / 3)),
  };
  const socket: net.Socket = ssl
    ? tls.connect({ ...address, ...(net.isIP(host) === 0 ? { servername: host } : {}), ...ssl }, onConnect)
    : net.connect(address, onConnect);
  buffers.watch(socket);
  socket.setNoDelay(true);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  return socket;
}
