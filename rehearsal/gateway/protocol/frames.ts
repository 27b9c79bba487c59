import { MalformedMessage } from './wire.js';

/**
 * `pass`: forward its bytes as they arrive. `collect`: gather the whole frame. `more`: more bytes are needed to
 * decide.
 */
export type Cut = 'more' | 'pass' | 'collect';

/** Decides what happens to each frame. An error that it throws ends the stream. */
export interface FrameSink {
  /**
   * Looks at the bytes of a frame that have arrived, without the four bytes of its size. After `more` it is called
   * again with more bytes; for a whole frame it must not return `more`.
   */
  look(start: Buffer, size: number): Cut;
  /** The next bytes of a frame that is forwarded, its size included. */
  pass(bytes: Buffer): void;
  /** The frame was forwarded to its end. */
  passed(): void;
  /** A whole frame, without its size. */
  collect(frame: Buffer): void;
}

const SIZE_BYTES = 4;
const nothing = Buffer.alloc(0);

/**
 * Cuts a stream of bytes into Kafka's frames. It holds at most the bytes of one frame that is looked at or collected;
 * the sink bounds their number by the frames that it accepts. Frames that are forwarded are not held.
 */
export class FrameCutter {
  /** The held bytes, at the beginning of a buffer that doubles in size: a frame may arrive one byte at a time. */
  #buffer = nothing;
  #held = 0;
  #collecting = false;
  /** How many bytes of the forwarded frame have not arrived yet. */
  #passing = 0;
  #stopped = false;
  /** The chunks that arrived during `hold`, in order; undefined outside of it. */
  #waiting: Buffer[] | undefined;

  constructor(private readonly sink: FrameSink) {}

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && !this.#stopped && this.#waiting === undefined) {
      rest = this.#passing > 0 ? this.#pass(rest) : this.#begin(rest);
    }
    if (rest.length > 0 && !this.#stopped) this.#waiting?.push(rest);
  }

  /**
   * Everything after this frame waits, because the sink needs time. Chunks are kept, so the caller should stop
   * reading.
   */
  hold(): void {
    this.#waiting ??= [];
  }

  /** Continues where `hold` stopped. */
  resume(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const chunk of waiting) this.push(chunk);
  }

  /** Ignores everything from now on, also the rest of the current chunk. */
  stop(): void {
    this.#stopped = true;
    this.#waiting = undefined;
    this.#release();
  }

  #pass(rest: Buffer): Buffer {
    const part = rest.subarray(0, this.#passing);
    this.#passing -= part.length;
    this.sink.pass(part);
    if (this.#passing === 0) this.sink.passed();
    return rest.subarray(part.length);
  }

  /** @returns the bytes that are still to be cut */
  #begin(rest: Buffer): Buffer {
    const known = this.#held === 0 ? rest : this.#hold(rest);
    if (known.length < SIZE_BYTES) return this.#wait(known);
    const size = known.readInt32BE(0);
    if (size < 0) throw new MalformedMessage(`a frame declares a size of ${size} bytes`);
    const end = SIZE_BYTES + size;
    const start = known.subarray(SIZE_BYTES, end);
    const cut = this.#collecting ? 'collect' : this.sink.look(start, size);
    if (cut === 'pass') {
      this.#passing = end;
      this.#release();
      return known;
    }
    if (start.length < size) {
      this.#collecting = cut === 'collect';
      return this.#wait(known);
    }
    if (cut === 'more') throw new RangeError('the sink asked for more of a whole frame');
    this.#release();
    this.sink.collect(start);
    return known.subarray(end);
  }

  #wait(known: Buffer): Buffer {
    if (this.#held === 0) this.#hold(known);
    return nothing;
  }

  #hold(bytes: Buffer): Buffer {
    const needed = this.#held + bytes.length;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#buffer.length, 256));
      this.#buffer.copy(larger, 0, 0, this.#held);
      this.#buffer = larger;
    }
    bytes.copy(this.#buffer, this.#held);
    this.#held = needed;
    return this.#buffer.subarray(0, needed);
  }

  /** The buffer is not reused: a socket may still refer to parts of it. */
  #release(): void {
    this.#buffer = nothing;
    this.#held = 0;
    this.#collecting = false;
  }
}
