import type { Cut, FrameSink } from './frames.js';
import { framed, MalformedMessage } from './wire.js';

/** The answers that a client waits for, in the order of its requests. */
type Expected =
  | { from: 'broker'; correlationId: number; change: ((answer: Buffer) => Buffer | undefined) | undefined }
  | { from: 'gateway'; answer: Buffer | undefined; onSent: () => void };

/** A place in the order, for an answer that comes later. */
export interface Reserved {
  /** @param onSent called when the answer was written */
  fill(answer: Buffer, onSent: () => void): void;
}

const CORRELATION_ID_BYTES = 4;

/**
 * Keeps answers in order. Clients send requests without waiting and expect the answers in the same order. Brokers
 * answer in order, and an answer of the gateway must wait for the answers before it.
 */
export class Answers implements FrameSink {
  readonly #queue: Expected[] = [];

  /** @param write receives what is sent to the client: whole frames, or parts of one */
  constructor(private readonly write: (bytes: Buffer) => void) {}

  get outstanding(): number {
    return this.#queue.length;
  }

  /**
   * The broker will answer this request.
   * @param change returns what the client gets instead; undefined: the same answer
   */
  expect(correlationId: number, change?: (answer: Buffer) => Buffer | undefined): void {
    this.#queue.push({ from: 'broker', correlationId, change });
  }

  /** The gateway will answer this request. */
  reserve(): Reserved {
    const entry: Expected = { from: 'gateway', answer: undefined, onSent: () => undefined };
    this.#queue.push(entry);
    return {
      fill: (answer, onSent) => {
        entry.answer = answer;
        entry.onSent = onSent;
        this.#flush();
      },
    };
  }

  look(start: Buffer, size: number): Cut {
    if (size < CORRELATION_ID_BYTES) throw new MalformedMessage(`the broker’s answer has ${size} bytes`);
    // An answer may be as short as its correlation id and an error code.
    if (start.length < CORRELATION_ID_BYTES) return 'more';
    const next = this.#queue[0];
    if (next?.from !== 'broker' || next.correlationId !== start.readInt32BE(0)) {
      throw new MalformedMessage('the broker’s answer matches none of the client’s requests');
    }
    return next.change === undefined ? 'pass' : 'collect';
  }

  pass(bytes: Buffer): void {
    this.write(bytes);
  }

  passed(): void {
    this.#queue.shift();
    this.#flush();
  }

  collect(answer: Buffer): void {
    const next = this.#queue[0];
    const changed = next?.from === 'broker' ? next.change?.(answer) : undefined;
    this.write(changed ?? framed(answer));
    this.passed();
  }

  #flush(): void {
    for (let next = this.#queue[0]; next?.from === 'gateway'; next = this.#queue[0]) {
      if (next.answer === undefined) return;
      this.#queue.shift();
      this.write(next.answer);
      next.onSent();
    }
  }
}
