import { MalformedMessage } from './wire.js';

/** `pass`: hand its bytes on as they come. `collect`: gather the whole frame. `more`: cannot tell yet. */
export type Cut = 'more' | 'pass' | 'collect';

/** Who decides what becomes of each frame. What it throws ends the stream. */
export interface FrameSink {
  /**
   * Looks at as much of a frame as has come, without the four bytes of its size. Called again with more of it after
   * `more`, which is not an answer to a whole frame.
   */
  look(start: Buffer, size: number): Cut;
  /** The next bytes of a frame that passes, its size included. */
  pass(bytes: Buffer): void;
  /** The frame has passed. */
  passed(): void;
  /** A whole frame, without its size. */
  collect(frame: Buffer): void;
}

const SIZE_BYTES = 4;
const nothing = Buffer.alloc(0);

/**
 * Cuts a stream of bytes into Kafka's frames. It holds no more than what has come of one frame that is being looked at
 * or collected; the one who looks bounds that by what it lets through. Frames that pass are never held.
 */
export class FrameCutter {
  /** What is held, in the first bytes of a buffer that doubles: a frame may come one byte at a time. */
  #buffer = nothing;
  #held = 0;
  #collecting = false;
  /** How many bytes of the frame that passes are still to come. */
  #passing = 0;
  #stopped = false;
  /** What came while nothing was to be cut, in its order; undefined while it is. */
  #waiting: Buffer[] | undefined;

  constructor(private readonly sink: FrameSink) {}

  push(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0 && !this.#stopped && this.#waiting === undefined) {
      rest = this.#passing > 0 ? this.#pass(rest) : this.#begin(rest);
    }
    if (rest.length > 0 && !this.#stopped) this.#waiting?.push(rest);
  }

  /** What comes after this frame waits, for the one who looks needs time. It is kept whole: nothing more should be read. */
  hold(): void {
    this.#waiting ??= [];
  }

  /** Goes on where `hold` stopped. */
  resume(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const chunk of waiting) this.push(chunk);
  }

  /** Nothing more is wanted, also not of the chunk at hand. */
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

  /** @returns what is left to be cut */
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
    if (cut === 'more') throw new RangeError('there is no more of this frame');
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

  /** The buffer is not used again: parts of it may be waiting in a socket. */
  #release(): void {
    this.#buffer = nothing;
    this.#held = 0;
    this.#collecting = false;
  }
}
