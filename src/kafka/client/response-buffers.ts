import type { Socket } from 'node:net';

const FETCH = 1;
/** Larger answers (a record above the fetch size) get a buffer of their own instead of one that stays. */
const LARGEST_KEPT = 4 * 1024 * 1024;
const STEP = 64 * 1024;

/**
 * Buffers for the responses of one connection. Answers to Fetch requests share one.
 *
 * kafkajs asks a broker for more only when every batch of its last answer has been handled, and what we keep of a batch
 * we copy; so the last answer is free when the next request is written. Without this each fetch leaves its bytes to the
 * garbage collector, which at times lets 60 MB of them pile up.
 */
export class ResponseBuffers {
  #kept = Buffer.alloc(0);
  #free = false;

  /** Sees the requests that are written to a socket. */
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
