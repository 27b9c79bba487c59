import { pubsub_error } from '../../src/index.js';
import type { HistoryWriter } from '../history/writer.js';
import type { RequesterSide } from './clients/client.js';
import type { ProgramInput } from './input.js';

/** Paths from this number on are those of one-way frames: another client sends them, so they have a separate order. */
const NOTE_PATHS = 100;
/**
 * Several requests start at the same time, so that clients which combine waiting records do so, and a small machine
 * sustains the rate.
 */
const BURST_MS = 500;

/** A constant rate of requests, each with its own id: `requester-1/3/17` is the 17th on the third path. */
export class Load {
  readonly #input: ProgramInput;
  readonly #history: HistoryWriter;
  readonly #open = new Set<Promise<void>>();
  readonly #counts = new Map<string, number>();
  #timers: NodeJS.Timeout[] = [];
  #turn = 0;

  constructor(input: ProgramInput, history: HistoryWriter) {
    this.#input = input;
    this.#history = history;
  }

  start(side: RequesterSide): void {
    const { requestsPerSecond, notesPerSecond } = this.#input;
    this.#every(requestsPerSecond, () => this.#request(side));
    if (side.note !== undefined) this.#every(notesPerSecond, () => this.#note(side));
  }

  stop(): void {
    for (const timer of this.#timers.splice(0)) clearInterval(timer);
  }

  /** Resolves when all have their outcomes. */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }

  #every(perSecond: number, act: () => void): void {
    let owed = 0;
    let last = performance.now();
    this.#timers.push(
      setInterval(() => {
        const now = performance.now();
        // Requests that were due while the process could not run are skipped.
        owed += (Math.min(now - last, 2 * BURST_MS) / 1_000) * perSecond;
        last = now;
        for (; owed >= 1; owed -= 1) act();
      }, BURST_MS),
    );
  }

  #next(path: number): { id: string; path: number[] } {
    const { name, number } = this.#input;
    const way = `${name}/${path}`;
    const count = (this.#counts.get(way) ?? 0) + 1;
    this.#counts.set(way, count);
    return { id: `${way}/${count}`, path: [number, path] };
  }

  #request(side: RequesterSide): void {
    const { id, path } = this.#next(this.#turn++ % this.#input.paths);
    const history = this.#history;
    history.add({ k: 'begin', id, path: path.join('.') });
    const asked = side.request({
      id,
      path,
      timeoutMs: this.#input.requestTimeoutMs,
      onAck: ({ partition, offset }) => history.add({ k: 'ack', id, partition, offset }),
    });
    this.#keep(
      asked.then(
        (reply) => history.add({ k: 'end', id, ok: true, reply }),
        (error: unknown) => history.add({ k: 'end', id, ok: false, ...describe(error) }),
      ),
    );
  }

  #note(side: RequesterSide): void {
    const { id, path } = this.#next(NOTE_PATHS);
    const history = this.#history;
    history.add({ k: 'note', id, path: path.join('.') });
    this.#keep(
      side.note!(id, path).then(
        ({ partition, offset }) => history.add({ k: 'noted', id, partition, offset }),
        (error: unknown) => history.add({ k: 'unnoted', id, code: describe(error).code }),
      ),
    );
  }

  #keep(promise: Promise<void>): void {
    this.#open.add(promise);
    void promise.finally(() => this.#open.delete(promise)).catch(fail);
  }
}

/** Without a complete history, the drill proves nothing. */
function fail(error: unknown): void {
  console.error(error);
  process.exit(3);
}

function describe(error: unknown): { code: string; message: string } {
  if (pubsub_error.is(error)) return { code: error.code, message: error.raw_message };
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'untyped';
  return { code, message };
}
