import { open } from 'node:fs/promises';
import { readDecision, type AuthorizerDecision } from './authorizer-line.js';

/** The length of each broker's log at one moment. */
export type LogMark = ReadonlyMap<string, number>;

/** The authorizer logs of the brokers, read from one moment to another. */
export class AuthorizerLogs {
  readonly #files: readonly string[];

  constructor(files: readonly string[]) {
    this.#files = files;
  }

  /**
   * The current position. A broker logs a decision before it answers, so every decision that a client has received is
   * before this position.
   */
  async mark(): Promise<LogMark> {
    const sizes = await Promise.all(this.#files.map(async (file) => [file, await sizeOf(file)] as const));
    return new Map(sizes);
  }

  /** Decisions after a position, as far as their lines are complete; and the position to continue from. */
  async since(from: LogMark): Promise<{ decisions: AuthorizerDecision[]; end: LogMark }> {
    const now = await this.mark();
    const decisions: AuthorizerDecision[] = [];
    const end = new Map<string, number>();
    for (const file of this.#files) {
      const start = from.get(file) ?? 0;
      const text = await read(file, start, now.get(file) ?? 0);
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      decisions.push(...decisionsIn(whole));
      end.set(file, start + Buffer.byteLength(whole));
    }
    return { decisions, end };
  }

  /** Decisions between two positions, broker by broker. */
  async between(from: LogMark, to: LogMark): Promise<AuthorizerDecision[]> {
    const decisions: AuthorizerDecision[] = [];
    for (const file of this.#files) {
      const text = await read(file, from.get(file) ?? 0, to.get(file) ?? 0);
      decisions.push(...decisionsIn(text));
    }
    return decisions;
  }
}

function decisionsIn(text: string): AuthorizerDecision[] {
  return text.split('\n').flatMap((line) => readDecision(line) ?? []);
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
