import { closeSync, openSync, readSync } from 'node:fs';
import type { Stamped } from './events.js';

/** Reads a history that may still grow. An incomplete line is left for the next call. */
export class HistoryTail {
  readonly #path: string;
  #file: number | undefined;
  #offset = 0;
  #rest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** The events since the last call. */
  more(): Stamped[] {
    const lines = (this.#rest + this.#read()).split('\n');
    this.#rest = lines.pop() ?? '';
    return lines.map((line) => JSON.parse(line) as Stamped);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #read(): string {
    try {
      this.#file ??= openSync(this.#path, 'r');
    } catch {
      // The process has not written anything yet.
      return '';
    }
    const parts: Buffer[] = [];
    for (;;) {
      const bytes = Buffer.allocUnsafe(65_536);
      const count = readSync(this.#file, bytes, 0, bytes.length, this.#offset);
      if (count === 0) return Buffer.concat(parts).toString('utf8');
      this.#offset += count;
      parts.push(bytes.subarray(0, count));
    }
  }
}
