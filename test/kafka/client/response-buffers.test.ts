import { Socket } from 'node:net';
import { beforeEach, describe, expect, test } from 'vitest';
import { ResponseBuffers } from '../../../src/kafka/client/response-buffers.js';

const FETCH = 1;
const HEARTBEAT = 12;
let socket: Socket;
let written: unknown[];
let buffers: ResponseBuffers;

beforeEach(() => {
  written = [];
  socket = new Socket();
  socket.write = (data: unknown) => {
    written.push(data);
    return true;
  };
  buffers = new ResponseBuffers();
  buffers.watch(socket);
});

/** A request as sent to a broker: its length, then its API key. */
function request(kind: number): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeInt32BE(16, 0);
  bytes.writeInt16BE(kind, 4);
  return bytes;
}

describe('the buffer of a response', () => {
  test('to a Fetch is reused from the previous Fetch', () => {
    socket.write(request(FETCH));
    const first = buffers.allocate(1_000);
    socket.write(request(FETCH));
    expect(buffers.allocate(60_000).buffer).toBe(first.buffer);
    expect(written).toHaveLength(2);
  });

  test('is allocated again, and kept, if the response is larger', () => {
    socket.write(request(FETCH));
    const first = buffers.allocate(1_000);
    socket.write(request(FETCH));
    const second = buffers.allocate(200_000);
    expect(second.length).toBeGreaterThanOrEqual(200_000);
    expect(second.buffer).not.toBe(first.buffer);
    socket.write(request(FETCH));
    expect(buffers.allocate(200_000).buffer).toBe(second.buffer);
  });

  test('belongs to its response until the next Fetch is written, and other responses get their own', () => {
    socket.write(request(FETCH));
    const fetched = buffers.allocate(1_000);
    const other = buffers.allocate(1_000);
    socket.write(request(HEARTBEAT));
    const beat = buffers.allocate(1_000);
    expect(new Set([fetched.buffer, other.buffer, beat.buffer]).size).toBe(3);
    // A string, or a buffer that is too short, is not a request.
    socket.write('text');
    socket.write(Buffer.alloc(3));
    expect(buffers.allocate(1_000).buffer).not.toBe(fetched.buffer);
  });

  test('is not kept if it is huge, so that one large record does not use memory permanently', () => {
    socket.write(request(FETCH));
    const huge = buffers.allocate(5_000_000);
    expect(huge).toHaveLength(5_000_000);
    socket.write(request(FETCH));
    expect(buffers.allocate(5_000_000).buffer).not.toBe(huge.buffer);
  });
});
