import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { Deadline } from '../../src/base/deadline.js';
import type { FunctionError, RuntimeAnswer, RuntimeRequest } from './contract.js';
import { lambdaEnvironment, type FunctionEnvironment } from './environment.js';
import { runtimeProgram } from './runtime-program.js';

/** What an invocation came to. */
export type Invocation =
  | { ok: true; result: unknown; ms: number; log: readonly string[] }
  | { ok: false; error: FunctionError; timedOut: boolean; ms: number; log: readonly string[] };

export interface FunctionProcessOptions extends FunctionEnvironment {
  /**
   * Milliseconds for the function's code to load, as Lambda limits its init phase.
   *
   * @default 10000
   */
  initTimeoutMs?: number;
  /** Sees every line that the function logs. */
  onLog?: (line: string) => void;
}

/** The last lines of a function's log that an invocation keeps. */
const LOG_LINES = 50;
/** How long a function may take to end by itself once it is asked to. */
const LEAVE_MS = 4_000;
/** Lambda's limit for the init phase of a function without provisioned concurrency. */
const INIT_MS = 10_000;

/**
 * One execution environment of a function: a Node process that serves one invocation after the other. When one takes
 * longer than its time-out the process is killed, without a word beforehand, and the next gets a new one: as Lambda
 * does.
 */
export class FunctionProcess {
  readonly #options: FunctionProcessOptions;
  #child: ChildProcess | undefined;
  #loaded: Promise<FunctionError | undefined> = Promise.resolve(undefined);
  #log: string[] = [];
  #waiting: { id: string; settle: (answer: RuntimeAnswer) => void } | undefined;
  #busy = false;

  constructor(options: FunctionProcessOptions) {
    this.#options = options;
  }

  /** Process id, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** True while an invocation is under way: the next one needs another process. */
  get busy(): boolean {
    return this.#busy;
  }

  async invoke(event: unknown, timeoutMs: number): Promise<Invocation> {
    this.#busy = true;
    this.#log = [];
    const startedAt = performance.now();
    const id = randomUUID();
    const ms = (): number => Math.round(performance.now() - startedAt);
    const failed = (error: FunctionError, timedOut = false): Invocation => ({
      ok: false,
      error,
      timedOut,
      ms: ms(),
      log: this.#log,
    });
    let timer: NodeJS.Timeout | undefined;
    try {
      const child = (this.#child ??= this.#start());
      const initError = await this.#init();
      if (initError !== undefined) {
        this.kill();
        return failed(initError, initError.errorType === TIMED_OUT);
      }
      const answered = new Promise<RuntimeAnswer>((settle) => (this.#waiting = { id, settle }));
      const deadlineMs = Date.now() + timeoutMs;
      timer = setTimeout(() => {
        this.#waiting?.settle(timedOut(id, timeoutMs));
        this.kill();
      }, timeoutMs);
      child.send({ ask: 'invoke', id, event: JSON.stringify(event), deadlineMs } satisfies RuntimeRequest);
      const answer = await answered;
      if (answer.tell === 'result')
        return { ok: true, result: JSON.parse(answer.result) as unknown, ms: ms(), log: this.#log };
      return failed(
        answer.tell === 'error' ? answer.error : unexpected,
        answer.tell === 'error' && answer.error.errorType === TIMED_OUT,
      );
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
      this.#busy = false;
    }
  }

  /** Asks the function to end its work and leave its groups, and ends it if it does not. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    await new Deadline(LEAVE_MS)
      .race(exited, { stage: 'dispose', what: 'the function to end' })
      .catch(() => child.kill('SIGKILL'));
    await exited;
  }

  /** Ends the process at once, as Lambda does. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child?.kill(signal);
    if (signal === 'SIGKILL') this.#child = undefined;
  }

  /** What kept the code from loading, if anything did. */
  async #init(): Promise<FunctionError | undefined> {
    const { initTimeoutMs = INIT_MS } = this.#options;
    return new Deadline(initTimeoutMs)
      .race(this.#loaded, { stage: 'handle', what: 'the function being loaded' })
      .catch(() => ({
        errorType: TIMED_OUT,
        errorMessage: `the function's code was not loaded within ${(initTimeoutMs / 1000).toFixed(2)} seconds`,
      }));
  }

  #start(): ChildProcess {
    const { memoryMb } = this.#options;
    // `__name` is what esbuild wraps around named functions; in the bare text nobody defines it.
    const program = `const __name = (f) => f; (${runtimeProgram.toString()})();`;
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${Math.floor(memoryMb * 0.9)}`, '--enable-source-maps', '-e', program],
      {
        env: lambdaEnvironment(this.#options),
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // Ctrl-C is for us; we tell it in our own time.
        detached: true,
      },
    );
    let loaded: (error: FunctionError | undefined) => void = () => undefined;
    this.#loaded = new Promise((resolve) => (loaded = resolve));
    child.on('message', (answer: RuntimeAnswer) => {
      if (answer.tell === 'ready') loaded(undefined);
      else if (answer.tell === 'init_failed') loaded(answer.error);
      else if (answer.id === this.#waiting?.id) this.#waiting.settle(answer);
    });
    const ended = (how: string): void => {
      const error = { errorType: 'Runtime.ExitError', errorMessage: `the function's process ended: ${how}` };
      loaded(error);
      this.#waiting?.settle({ tell: 'error', id: this.#waiting.id, error });
      if (this.#child === child) this.#child = undefined;
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) this.#remember(line);
      });
    }
    return child;
  }

  #remember(line: string): void {
    this.#options.onLog?.(line);
    this.#log.push(line);
    if (this.#log.length > LOG_LINES) this.#log.shift();
  }
}

const TIMED_OUT = 'Sandbox.Timedout';
const unexpected: FunctionError = { errorType: 'Runtime.Unknown', errorMessage: 'the function answered out of turn' };

function timedOut(id: string, timeoutMs: number): RuntimeAnswer {
  const seconds = (timeoutMs / 1000).toFixed(2);
  return {
    tell: 'error',
    id,
    error: { errorType: TIMED_OUT, errorMessage: `RequestId: ${id} Error: Task timed out after ${seconds} seconds` },
  };
}
