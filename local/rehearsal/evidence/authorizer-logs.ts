import { open } from 'node:fs/promises';
import { readDecision, type Decision } from './authorizer-line.js';

/** How far each broker's log has been written. */
export type LogMark = ReadonlyMap<string, number>;

/** The logs of the brokers' authorizers, read from one moment to another. */
export class AuthorizerLogs {
  readonly #files: readonly string[];

  constructor(files: readonly string[]) {
    this.#files = files;
  }

  /** Now. A broker writes a decision before it answers, so that whatever a client has heard of is before this. */
  async mark(): Promise<LogMark> {
    const sizes = await Promise.all(this.#files.map(async (file) => [file, await sizeOf(file)] as const));
    return new Map(sizes);
  }

  /** Decisions between two moments, broker by broker. */
  async between(from: LogMark, to: LogMark): Promise<Decision[]> {
    const decisions: Decision[] = [];
    for (const file of this.#files) {
      const text = await read(file, from.get(file) ?? 0, to.get(file) ?? 0);
      for (const line of text.split('\n')) {
        const decision = readDecision(line);
        if (decision !== undefined) decisions.push(decision);
      }
    }
    return decisions;
  }
}

async function sizeOf(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function read(file: string, from: number, to: number): Promise<string> {
  if (to <= from) return '';
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(to - from);
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, from);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
