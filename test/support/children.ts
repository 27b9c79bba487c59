import { spawn, type ChildProcess } from 'node:child_process';
import { built } from './programs.js';

/** A program of the tests in a separate process, which may be killed. It reports what it does in JSON lines. */
export interface Child extends AsyncDisposable {
  readonly pid: number;
  readonly said: readonly Record<string, unknown>[];
  /** Everything on stderr so far. */
  readonly errors: string;
  /** Resolves with its exit code, or with the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  kill(signal: NodeJS.Signals): void;
}

/** Runs a program of test/support, `….ts`, with this input (JSON, in the variable INPUT). */
export function startChild(file: string, input: unknown): Child {
  const child: ChildProcess = spawn(process.execPath, [built(`test/support/${file}`)], {
    env: { ...process.env, INPUT: JSON.stringify(input) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: Record<string, unknown>[] = [];
  let rest = '';
  let errors = '';
  child.stdout?.on('data', (data: Buffer) => {
    rest += data.toString();
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) said.push(JSON.parse(line) as Record<string, unknown>);
  });
  child.stderr?.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? -1));
  });
  return {
    pid: child.pid ?? -1,
    said,
    get errors() {
      return errors;
    },
    ended,
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    },
  };
}

/** In the child: its input. */
export function childInput<T>(): T {
  return JSON.parse(process.env['INPUT'] ?? '{}') as T;
}

/** In the child: reports a fact to the parent. */
export function say(fact: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(fact)}\n`);
}
