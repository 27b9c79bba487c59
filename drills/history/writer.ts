import { openSync, writeSync } from 'node:fs';
import { now, type HistoryEvent } from './events.js';

/** Writes each event before it returns, so that a killed process loses no event. */
export class HistoryWriter {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, 'a');
  }

  add(event: HistoryEvent): void {
    writeSync(this.#file, `${JSON.stringify({ t: now(), w: Date.now(), ...event })}\n`);
  }
}
