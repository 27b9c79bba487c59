import { once } from 'node:events';
import net from 'node:net';
import { onTestFinished } from 'vitest';
import { FrameCutter } from '../../../../rehearsal/gateway/protocol/frames.js';
import { framed, int32 } from '../../../../rehearsal/gateway/protocol/wire.js';

export interface BrokerRequest {
  apiKey: number;
  correlationId: number;
  bytes: Buffer;
  /** Sends an answer to it: its correlation id, and this. */
  answer(...body: readonly Buffer[]): void;
}

/** A broker whose answers are chosen by the test. */
export interface ScriptedBroker {
  address: string;
  sockets: net.Socket[];
  requests: BrokerRequest[];
}

export async function scriptedBroker(onRequest: (request: BrokerRequest) => void): Promise<ScriptedBroker> {
  const sockets: net.Socket[] = [];
  const requests: BrokerRequest[] = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    const cutter = new FrameCutter({
      look: () => 'collect',
      pass: () => undefined,
      passed: () => undefined,
      collect: (frame) => {
        const correlationId = frame.readInt32BE(4);
        const answer = (...body: readonly Buffer[]): void => {
          socket.write(framed(int32(correlationId), ...body));
        };
        const request = { apiKey: frame.readInt16BE(0), correlationId, bytes: Buffer.from(frame), answer };
        requests.push(request);
        onRequest(request);
      },
    });
    socket.on('data', (chunk: Buffer) => cutter.push(chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { address: `127.0.0.1:${(server.address() as net.AddressInfo).port}`, sockets, requests };
}
