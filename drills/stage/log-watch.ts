import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** The new lines of a log from now on. */
export class LogWatch {
  readonly #path: string;
  readonly #from: number;

  private constructor(path: string, from: number) {
    this.#path = path;
    this.#from = from;
  }

  static async from(path: string): Promise<LogWatch> {
    const file = await open(path, 'r');
    try {
      return new LogWatch(path, (await file.stat()).size);
    } finally {
      await file.close();
    }
  }

  /** The first line that matches. */
  async find(pattern: RegExp): Promise<string | undefined> {
    return (await this.#read()).split('\n').find((line) => pattern.test(line));
  }

  async until(pattern: RegExp, timeoutMs: number): Promise<string | undefined> {
    const end = performance.now() + timeoutMs;
    for (;;) {
      const line = await this.find(pattern);
      if (line !== undefined || performance.now() > end) return line;
      await sleep(20);
    }
  }

  async #read(): Promise<string> {
    const file = await open(this.#path, 'r');
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.max(0, size - this.#from));
      await file.read(bytes, 0, bytes.length, this.#from);
      return bytes.toString('utf8');
    } finally {
      await file.close();
    }
  }
}
