import { spawn, type ChildProcess } from 'node:child_process';
import { Deadline } from '../../src/base/deadline.js';
import { pubsub_error } from '../../src/base/error.js';
import { watchdogProgram, type WatchdogAnswer, type WatchdogRequest } from './watchdog-program.js';

/** How a process ended. */
export interface ProcessEnd {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
}

export interface ProcessSpec {
  file: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Its stdout and stderr are appended to this file. */
  logFile: string;
}

/** A process that the watchdog started and will end. */
export interface WatchedProcess {
  readonly pid: number;
  /**
   * Resolves when it has ended for any reason; never rejects. Does not keep this process alive, for callers that only
   * observe.
   */
  readonly ended: Promise<ProcessEnd>;
  /** The same, but keeps this process alive until then. */
  settled(): Promise<ProcessEnd>;
  /** Undefined while it runs. */
  end: ProcessEnd | undefined;
  /** Sends a signal to it and its own children. */
  kill(signal: NodeJS.Signals): void;
}

interface Pending {
  resolve: (answer: WatchdogAnswer) => void;
  reject: (error: Error) => void;
}

interface Watched extends WatchedProcess {
  finish: (end: ProcessEnd) => void;
}

/** The watchdog answers from memory, so only an overloaded machine takes longer. */
const ANSWER_TIMEOUT_MS = 20_000;

/** The time to end killed processes and remove their folders; far more than is needed. */
const LEAVE_TIMEOUT_MS = 30_000;

/**
 * A small separate process that starts processes, creates temporary folders, and removes both when it is closed or when
 * this process ends for any reason (see `watchdogProgram`). It does not keep this process alive, except while an answer
 * is pending.
 */
export class Watchdog {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #watched = new Map<number, Watched>();
  /** Processes that `run` has not returned yet. */
  readonly #launched = new Map<number, Watched>();
  readonly #gone: Promise<void>;
  #nextId = 1;
  /** The number of callers that wait for a message; while there are any, the channel keeps this process alive. */
  #waiting = 0;
  #open = true;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#gone = new Promise((resolve) => {
      child.once('exit', () => {
        this.#onGone();
        resolve();
      });
    });
    child.on('message', (answer: WatchdogAnswer) => this.#onAnswer(answer));
  }

  static async start(): Promise<Watchdog> {
    // esbuild wraps named functions in `__name`, which is not defined in the plain text.
    const program = `const __name = (f) => f; (${watchdogProgram.toString()})();`;
    const child = spawn(process.execPath, ['-e', program], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Not in the process group of the terminal, because it must not end at Ctrl-C, but after this process.
      detached: true,
      // The loaders of this process would only slow it down.
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error('the watchdog process exited immediately')));
    });
    const ready = new Promise<void>((resolve) => child.once('message', () => resolve()));
    const watchdog = new Watchdog(child);
    await new Deadline(ANSWER_TIMEOUT_MS).race(Promise.race([ready, failed]), {
      stage: 'local_kafka',
      what: 'the start of the watchdog process',
    });
    child.unref();
    child.channel?.unref();
    return watchdog;
  }

  /** For tests, which kill it. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Creates a folder `parent/prefix…` that is removed at the end. */
  async folder(parent: string, prefix: string): Promise<string> {
    const answer = await this.#ask((id) => ({ ask: 'folder', id, parent, prefix }));
    if (answer.tell !== 'folder') throw unexpected(answer);
    return answer.path;
  }

  /**
   * Starts a process in its own process group, with its output in a file.
   *
   * @throws pubsub_error `kafka_unavailable` if the file cannot be run
   */
  async run(spec: ProcessSpec): Promise<WatchedProcess> {
    const env: Record<string, string> = {};
    for (const [key, value] of Object.entries(spec.env)) if (value !== undefined) env[key] = value;
    const { file, args, cwd, logFile } = spec;
    const answer = await this.#ask((id) => ({ ask: 'run', id, file, args, cwd, env, logFile }));
    if (answer.tell !== 'running') throw unexpected(answer);
    const watched = this.#launched.get(answer.id);
    this.#launched.delete(answer.id);
    if (watched === undefined) throw unexpected(answer);
    return watched;
  }

  /**
   * At the end, resumes a process that this one has stopped (SIGSTOP): otherwise it would not notice the end of its
   * parent.
   */
  wakeAtEnd(pid: number): void {
    if (this.#child.connected) this.#child.send({ ask: 'wake', pid } satisfies WatchdogRequest, () => undefined);
  }

  /** Ends all processes that it started, removes its folders, and ends the watchdog; resolves when all is done. */
  async close(): Promise<void> {
    await this.#leave(() => {
      if (this.#child.connected) this.#child.disconnect();
    });
  }

  /** Ends only the watchdog: its processes continue and its folders remain, and other commands end and remove them. */
  async forget(): Promise<void> {
    this.#watched.clear();
    await this.#leave(() => {
      if (this.#child.connected) this.#child.send({ ask: 'forget' } satisfies WatchdogRequest, () => undefined);
    });
  }

  async #leave(how: () => void): Promise<void> {
    this.#child.ref();
    if (this.#open) how();
    this.#open = false;
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), LEAVE_TIMEOUT_MS);
    await this.#gone;
    clearTimeout(impatience);
  }

  #ask(request: (id: number) => WatchdogRequest): Promise<WatchdogAnswer> {
    const id = this.#nextId++;
    const asked = new Promise<WatchdogAnswer>((resolve, reject) => {
      if (!this.#open || !this.#child.connected) {
        reject(closed());
        return;
      }
      this.#pending.set(id, { resolve, reject });
      this.#child.send(request(id), (error) => {
        if (error !== null) this.#settle(id)?.reject(error);
      });
    });
    const subject = { stage: 'local_kafka' as const, what: 'an answer from the watchdog process' };
    return this.#awake(new Deadline(ANSWER_TIMEOUT_MS).race(asked, subject));
  }

  async #awake<T>(promise: Promise<T>): Promise<T> {
    if (this.#waiting++ === 0) this.#child.channel?.ref();
    try {
      return await promise;
    } finally {
      if (--this.#waiting === 0) this.#child.channel?.unref();
    }
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #onAnswer(answer: WatchdogAnswer): void {
    switch (answer.tell) {
      case 'ready':
        return;
      case 'ended':
        this.#watched.get(answer.id)?.finish(answer);
        this.#watched.delete(answer.id);
        return;
      case 'failed':
        this.#settle(answer.id)?.reject(
          new pubsub_error('kafka_unavailable', 'local_kafka', `a process could not be started: ${answer.message}`),
        );
        return;
      case 'running':
        this.#launch(answer.id, this.#watch(answer.id, answer.pid));
        this.#settle(answer.id)?.resolve(answer);
        return;
      case 'folder':
        this.#settle(answer.id)?.resolve(answer);
    }
  }

  /** The message of its end may arrive before `run` has returned. */
  #launch(id: number, watched: Watched): void {
    this.#watched.set(id, watched);
    this.#launched.set(id, watched);
  }

  #watch(id: number, pid: number): Watched {
    let resolve: (end: ProcessEnd) => void = () => undefined;
    const watched: Watched = {
      pid,
      end: undefined,
      ended: new Promise((done) => (resolve = done)),
      settled: () => this.#awake(watched.ended),
      kill: (signal) => {
        if (watched.end !== undefined || !this.#child.connected) return;
        this.#child.send({ ask: 'kill', id, signal } satisfies WatchdogRequest, () => undefined);
      },
      finish: (end) => {
        watched.end = { exitCode: end.exitCode, signal: end.signal };
        resolve(watched.end);
      },
    };
    return watched;
  }

  /** Normally all processes have ended now. If the watchdog was killed, this process must end them. */
  #onGone(): void {
    const wasOpen = this.#open;
    this.#open = false;
    for (const watched of this.#watched.values()) {
      if (wasOpen) killGroup(watched.pid);
      watched.finish({ exitCode: null, signal: 'SIGKILL' });
    }
    this.#watched.clear();
    for (const pending of this.#pending.values()) pending.reject(closed());
    this.#pending.clear();
  }
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

function closed(): pubsub_error {
  return new pubsub_error('kafka_unavailable', 'local_kafka', 'the watchdog process of the local Kafka has exited');
}

function unexpected(answer: WatchdogAnswer): pubsub_error {
  return new pubsub_error('internal', 'local_kafka', `the watchdog answered "${answer.tell}"`);
}
