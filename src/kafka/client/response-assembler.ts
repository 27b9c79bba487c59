/** No response is nearly this long; "HTTP", read as a length, is four times as much. */
const LARGEST_RESPONSE = 256 * 1024 * 1024;

/** False: the peer does not use Kafka's protocol. */
export function isResponseSize(size: number): boolean {
  return size >= 0 && size <= LARGEST_RESPONSE;
}

/**
 * Assembles the bytes of a socket into whole responses (four bytes of length, then as many bytes), each in one buffer.
 * kafkajs would collect chunks and copy them into one buffer. This doubles the garbage of every fetch, and copies a
 * large response again for every chunk.
 */
export class ResponseAssembler {
  readonly #complete: (response: Buffer) => void;
  readonly #allocate: (size: number) => Buffer;
  readonly #header = Buffer.alloc(4);
  #headerFilled = 0;
  #body: Buffer | undefined;
  #bodyFilled = 0;

  /**
   * @param allocate returns a buffer of at least this size, which belongs to the response until the next one
   * @throws Error from `push` if a length is invalid: the peer does not use Kafka's protocol
   */
  constructor(complete: (response: Buffer) => void, allocate: (size: number) => Buffer) {
    this.#complete = complete;
    this.#allocate = allocate;
  }

  /** The bytes are copied before this returns, so the caller may reuse the buffer. */
  push(chunk: Buffer): void {
    let from = 0;
    while (from < chunk.length)
      from = this.#body === undefined ? this.#fillHeader(chunk, from) : this.#fillBody(this.#body, chunk, from);
  }

  #fillHeader(chunk: Buffer, from: number): number {
    const end = Math.min(chunk.length, from + 4 - this.#headerFilled);
    chunk.copy(this.#header, this.#headerFilled, from, end);
    this.#headerFilled += end - from;
    if (this.#headerFilled === 4) {
      const size = this.#header.readInt32BE(0);
      if (!isResponseSize(size)) throw new Error(`a response of ${size} bytes: the peer does not use Kafka’s protocol`);
      this.#body = this.#allocate(4 + size).subarray(0, 4 + size);
      this.#header.copy(this.#body);
      this.#bodyFilled = 4;
      this.#headerFilled = 0;
      this.#completeIfFull(this.#body);
    }
    return end;
  }

  #fillBody(body: Buffer, chunk: Buffer, from: number): number {
    const end = Math.min(chunk.length, from + body.length - this.#bodyFilled);
    chunk.copy(body, this.#bodyFilled, from, end);
    this.#bodyFilled += end - from;
    this.#completeIfFull(body);
    return end;
  }

  #completeIfFull(body: Buffer): void {
    if (this.#bodyFilled < body.length) return;
    this.#body = undefined;
    this.#complete(body);
  }
}
