import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import { FrameCutter } from '../../../../rehearsal/gateway/protocol/frames.js';
import { blob, framed, int16, int32, string, WireReader } from '../../../../rehearsal/gateway/protocol/wire.js';
import { Deadline } from '../../../../src/base/deadline.js';

const PATIENCE_MS = 15_000;

export interface LoginAnswer {
  errorCode: number;
  message: string | undefined;
  bytes: Buffer;
  lifetimeMs: number;
}

/** A client that sends any bytes: what ordinary libraries never send. */
export class RawClient {
  readonly #answers: Buffer[] = [];
  #wake: () => void = () => undefined;
  #next = 1;
  closed = false;

  private constructor(readonly socket: net.Socket) {
    const cutter = new FrameCutter({
      look: () => 'collect',
      pass: () => undefined,
      passed: () => undefined,
      collect: (frame) => {
        this.#answers.push(Buffer.from(frame));
        this.#wake();
      },
    });
    socket.on('data', (chunk: Buffer) => cutter.push(chunk));
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.closed = true;
      this.#wake();
    });
  }

  /** Plain text, to any listener. */
  static async plain(address: string): Promise<RawClient> {
    const [host, port] = address.split(':');
    const socket = net.connect(Number(port), host);
    await once(socket, 'connect');
    return new RawClient(socket);
  }

  static async secure(
    { address, ca }: { address: string; ca: string },
    options: tls.ConnectionOptions = {},
  ): Promise<RawClient> {
    const [host = '', port] = address.split(':');
    const socket = tls.connect({ host, port: Number(port), ca, ...options });
    await once(socket, 'secureConnect');
    return new RawClient(socket);
  }

  /** @returns the correlation id of its answer */
  send(apiKey: number, version: number, ...body: readonly Buffer[]): number {
    const number = this.#next++;
    this.socket.write(request(number, apiKey, version, ...body));
    return number;
  }

  /** The next answer; rejects if the connection ends instead. */
  async answer(): Promise<Buffer> {
    await this.#until('an answer', () => this.#answers.length > 0 || this.closed);
    const answer = this.#answers.shift();
    if (answer === undefined) throw new Error('the connection was closed');
    return answer;
  }

  /** Resolves when the gateway, or Kafka, has closed the connection; answers before that are ignored. */
  async untilClosed(): Promise<void> {
    await this.#until('the end of the connection', () => this.closed);
  }

  async handshake(mechanism = 'OAUTHBEARER', version = 1): Promise<number> {
    this.send(17, version, string(mechanism));
    return (await this.answer()).readInt16BE(4);
  }

  async authenticate(bytes: Buffer): Promise<LoginAnswer> {
    this.send(36, 1, blob(bytes));
    const reader = new WireReader(await this.answer(), 4);
    return {
      errorCode: reader.int16(),
      message: reader.string(),
      bytes: Buffer.from(reader.blob() ?? Buffer.alloc(0)),
      lifetimeMs: Number(reader.int64()),
    };
  }

  async login(bytes: Buffer, mechanism = 'OAUTHBEARER'): Promise<LoginAnswer> {
    const errorCode = await this.handshake(mechanism);
    if (errorCode !== 0) throw new Error(`the handshake was refused with ${errorCode}`);
    return this.authenticate(bytes);
  }

  end(): void {
    this.socket.destroy();
  }

  async #until(what: string, holds: () => boolean): Promise<void> {
    const deadline = new Deadline(PATIENCE_MS);
    while (!holds()) {
      await deadline.race(new Promise<void>((resolve) => (this.#wake = resolve)), { stage: 'receive', what });
    }
  }
}

/** One request as a frame. */
export function request(number: number, apiKey: number, version: number, ...body: readonly Buffer[]): Buffer {
  return framed(int16(apiKey), int16(version), int32(number), string('raw client'), ...body);
}
