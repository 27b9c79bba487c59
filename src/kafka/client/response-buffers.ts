import type { Socket } from 'node:net';

const FETCH = 1;
/** A larger response (a record above the fetch size) gets its own buffer, which is not kept. */
const LARGEST_KEPT = 4 * 1024 * 1024;
const STEP = 64 * 1024;

/**
 * Buffers for the responses of one connection. Responses to Fetch requests share one.
 *
 * A broker gets the next Fetch only after every batch of its last response was handled, and all data that is kept from
 * a batch is copied. So the last buffer is free when the next request is written. Without this, the bytes of each fetch
 * become garbage, which at times grows to 60 MB.
 */
export class ResponseBuffers {
  #kept = Buffer.alloc(0);
  #free = false;

  /** Called with each request that is written to the socket. */
  watch(socket: Socket): void {
    const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
    socket.write = (...args: unknown[]): boolean => {
      const [data] = args;
      if (Buffer.isBuffer(data) && data.length >= 6 && data.readInt16BE(4) === FETCH) this.#free = true;
      return write(...args);
    };
  }

  allocate(size: number): Buffer {
    if (!this.#free || size > LARGEST_KEPT) return Buffer.allocUnsafeSlow(size);
    this.#free = false;
    if (this.#kept.length < size) this.#kept = Buffer.allocUnsafeSlow(Math.ceil(size / STEP) * STEP);
    return this.#kept;
  }
}
