import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { descendants, environmentOf } from './process-tree.js';
import { program } from './programs.js';

export interface CommandEnd {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** In a process group of its own, as a shell with job control starts it. @default false */
  readonly detached?: boolean;
}

/** `easy-pubsub …`, as a user runs it. It is killed when the test ends. */
export class CommandProcess {
  readonly pid: number;
  readonly exit: Promise<CommandEnd>;
  readonly #child: ReturnType<typeof spawn>;
  #stdout = '';
  #stderr = '';
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[], env: NodeJS.ProcessEnv, { detached = false }: CommandOptions = {}) {
    this.#child = spawn(process.execPath, [...program, ...args], {
      env,
      detached,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.pid = this.#child.pid!;
    this.#child.stdout!.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString();
      this.#look();
    });
    this.#child.stderr!.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
      this.#look();
    });
    this.exit = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (exitCode) => resolve({ exitCode, stdout: this.#stdout, stderr: this.#stderr }));
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Resolves when these words are on stdout or stderr. */
  async says(words: string): Promise<void> {
    const said = new Promise<void>((resolve) => {
      const look = (): void => {
        if (!this.#stdout.includes(words) && !this.#stderr.includes(words)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
    await Promise.race([
      said,
      this.exit.then(({ stdout, stderr }) => {
        throw new Error(`it ended without printing ${words}: ${stdout}${stderr}`);
      }),
    ]);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ctrl-C: the terminal signals the whole process group. Only for a detached process. */
  interrupt(): void {
    process.kill(-this.pid, 'SIGINT');
  }

  /** From now on, stdout is not read. */
  stopReading(): void {
    this.#child.stdout!.destroy();
  }

  /** The process of a function, by its name in Lambda's variables. */
  functionPid(name: string): number {
    const pid = this.descendants().find((id) => environmentOf(id).includes(`AWS_LAMBDA_FUNCTION_NAME=${name}\0`));
    if (pid === undefined) throw new Error(`no process of function ${name}`);
    return pid;
  }

  /** All running processes that it started. */
  descendants(): number[] {
    return descendants(this.pid);
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
