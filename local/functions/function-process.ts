import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { Deadline } from '../../src/base/deadline.js';
import { patchConsole } from './console-patch.js';
import type { FunctionError, RuntimeAnswer, RuntimeRequest } from './contract.js';
import { lambdaEnvironment, type FunctionEnvironment } from './environment.js';
import { exited, notLoaded, TIMED_OUT, timedOut, tooLarge } from './function-errors.js';
import { endLines, startLines } from './platform-log.js';
import { handlerName } from './handler-name.js';
import { runtimeProgram } from './runtime-program.js';

/** The outcome of an invocation. */
export type Invocation = { id: string; ms: number; log: readonly string[] } & (
  { ok: true; result: unknown } | { ok: false; error: FunctionError; timedOut: boolean }
);

export interface FrozenProcess {
  readonly pid: number;
  /** Local ports of its TCP connections. */
  readonly ports: readonly number[];
}

export interface FunctionProcessOptions extends FunctionEnvironment {
  /**
   * The longest time for loading the code of the function, in milliseconds, like Lambda's limit of its init phase.
   *
   * @default 10000
   */
  initTimeoutMs?: number | undefined;
  /** The Node that runs it. @default the current one */
  node?: string | undefined;
  /** @default one in account 000000000000 */
  arn?: string | undefined;
  /**
   * If set, the process is frozen (SIGSTOP) between an answer and the next invocation, like an execution environment of
   * Lambda. The function is called with its connections, which are to be closed. @default the process is not frozen
   */
  onFreeze?: ((frozen: FrozenProcess) => void) | undefined;
  /** Called with every log line of the function, or of Lambda. */
  onLog?: ((line: string) => void) | undefined;
}

/** The last lines of a function's log that an invocation keeps. */
const LOG_LINES = 50;
/** How long a function may take to exit after it is asked to. */
const LEAVE_MS = 4_000;
/** Lambda's limit for the init phase of a function without provisioned concurrency. */
const INIT_MS = 10_000;

type Ended = { ok: true; result: string; usedMb: number } | { ok: false; error: FunctionError; usedMb: number };

/**
 * One execution environment of a function: a Node process that serves one invocation after the other. Like Lambda, if
 * an invocation takes longer than the time-out, the process is killed without a message, and the next invocation gets a
 * new one.
 */
export class FunctionProcess {
  readonly #options: FunctionProcessOptions;
  #child: ChildProcess | undefined;
  #loaded: Promise<FunctionError | undefined> = Promise.resolve(undefined);
  #log: string[] = [];
  #waiting: { id: string; settle: (ended: Ended) => void } | undefined;
  #busy = false;
  /** The ports of its connections at its last answer. */
  #ports: readonly number[] = [];

  constructor(options: FunctionProcessOptions) {
    this.#options = options;
  }

  /** Process id, while there is one. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** True during an invocation: the next one needs another process. */
  get busy(): boolean {
    return this.#busy;
  }

  async invoke(event: unknown, timeoutMs: number, id: string = randomUUID()): Promise<Invocation> {
    this.#busy = true;
    this.#log = [];
    const startedAt = performance.now();
    const { logFormat = 'plain', memoryMb } = this.#options;
    let initMs: number | undefined;
    try {
      this.#child?.kill('SIGCONT');
      const fresh = this.#child === undefined;
      const child = (this.#child ??= this.#start());
      const initError = await this.#init();
      if (fresh) initMs = performance.now() - startedAt;
      this.#note(startLines(logFormat, id, new Date()));
      const workedAt = performance.now();
      const ended =
        initError === undefined
          ? await this.#serve(child, id, event, timeoutMs)
          : { ok: false as const, error: initError, usedMb: 0 };
      if (initError !== undefined) this.kill();
      // Lines that were written before the answer are in the pipes now, which are read in the next two turns of the
      // event loop.
      await setImmediate();
      await setImmediate();
      const durationMs = performance.now() - workedAt;
      const late = !ended.ok && ended.error.errorType === TIMED_OUT;
      const status = ended.ok ? 'success' : late ? 'timeout' : 'error';
      this.#note(endLines(logFormat, { id, durationMs, initMs, memoryMb, usedMb: ended.usedMb, status }, new Date()));
      const facts = { id, ms: Math.round(performance.now() - startedAt), log: this.#log };
      return ended.ok
        ? { ...facts, ok: true, result: JSON.parse(ended.result) as unknown }
        : { ...facts, ok: false, error: ended.error, timedOut: late };
    } finally {
      this.#busy = false;
      this.#freeze();
    }
  }

  #freeze(): void {
    const { onFreeze } = this.#options;
    const child = this.#child;
    if (onFreeze === undefined || child?.pid === undefined || !child.kill('SIGSTOP')) return;
    onFreeze({ pid: child.pid, ports: this.#ports });
  }

  /** Asks the function to end its work and leave its groups, and kills it if it does not. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    // It receives this message when it is resumed.
    child.kill('SIGCONT');
    await new Deadline(LEAVE_MS)
      .race(exit, { stage: 'dispose', what: 'the end of the function' })
      .catch(() => child.kill('SIGKILL'));
    await exit;
  }

  /** Kills the process immediately, as Lambda does. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child?.kill(signal);
    if (signal === 'SIGKILL') this.#child = undefined;
  }

  async #serve(child: ChildProcess, id: string, event: unknown, timeoutMs: number): Promise<Ended> {
    const ended = new Promise<Ended>((settle) => (this.#waiting = { id, settle }));
    const { name, arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}` } = this.#options;
    const timer = setTimeout(() => {
      this.#waiting?.settle({ ok: false, error: timedOut(id, timeoutMs), usedMb: 0 });
      this.kill();
    }, timeoutMs);
    try {
      const deadlineMs = Date.now() + timeoutMs;
      child.send({ id, event: JSON.stringify(event), deadlineMs, arn } satisfies RuntimeRequest);
      return await ended;
    } finally {
      clearTimeout(timer);
      this.#waiting = undefined;
    }
  }

  /** The error of loading the code, if there was one. */
  async #init(): Promise<FunctionError | undefined> {
    const { initTimeoutMs = INIT_MS } = this.#options;
    return new Deadline(initTimeoutMs)
      .race(this.#loaded, { stage: 'handle', what: 'the code of the function to load' })
      .catch(() => notLoaded(initTimeoutMs));
  }

  #start(): ChildProcess {
    const { memoryMb, node = process.execPath } = this.#options;
    // esbuild wraps named functions in `__name`, which is not defined in the plain text.
    const program = `const __name = (f) => f; (${runtimeProgram.toString()})(${patchConsole.toString()}, ${handlerName.toString()});`;
    const child = spawn(
      node,
      [`--max-old-space-size=${Math.floor(memoryMb * 0.9)}`, '--enable-source-maps', '-e', program],
      {
        env: lambdaEnvironment(this.#options),
        cwd: this.#options.asset.folder,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // Ctrl-C is handled by this process, which then ends the function.
        detached: true,
      },
    );
    let loaded: (error: FunctionError | undefined) => void = () => undefined;
    this.#loaded = new Promise((resolve) => (loaded = resolve));
    child.on('message', (answer: RuntimeAnswer) => {
      if (answer.tell === 'ready') loaded(undefined);
      else if (answer.tell === 'init_failed') loaded(answer.error);
      else if (answer.id === this.#waiting?.id) {
        this.#ports = answer.ports;
        this.#waiting.settle(endOf(answer));
      }
    });
    const gone = (how: { code: number | null; signal: NodeJS.Signals | null } | Error): void => {
      const id = this.#waiting?.id ?? '-';
      loaded(exited(id, how));
      this.#waiting?.settle({ ok: false, error: exited(id, how), usedMb: 0 });
      if (this.#child === child) this.#child = undefined;
    };
    child.once('error', gone);
    child.once('exit', (code, signal) => gone({ code, signal }));
    for (const stream of [child.stdout, child.stderr]) this.#read(stream);
    return child;
  }

  #read(stream: NodeJS.ReadableStream | null): void {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      this.#note(lines);
    });
  }

  #note(lines: readonly string[]): void {
    for (const line of lines) {
      this.#options.onLog?.(line);
      this.#log.push(line);
      if (this.#log.length > LOG_LINES) this.#log.shift();
    }
  }
}

function endOf(answer: Extract<RuntimeAnswer, { id: string }>): Ended {
  if (answer.tell === 'error') return { ok: false, error: answer.error, usedMb: answer.memoryMb };
  const error = tooLarge(answer.result);
  if (error !== undefined) return { ok: false, error, usedMb: answer.memoryMb };
  return { ok: true, result: answer.result, usedMb: answer.memoryMb };
}
