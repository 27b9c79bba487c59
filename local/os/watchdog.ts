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
  /** Both its outputs are appended here. */
  logFile: string;
}

/** A process that the watchdog started and will end. */
export interface WatchedProcess {
  readonly pid: number;
  /** Resolves when it has ended, however; never rejects. Does not keep our process alive: for those who only watch. */
  readonly ended: Promise<ProcessEnd>;
  /** The same, for those who wait: keeps our process alive meanwhile. */
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

/** The watchdog answers from memory; only a machine that is on its knees takes longer. */
const answerTimeoutMs = 20_000;

/** To end killed processes and remove their folders; far more than it takes. */
const leaveTimeoutMs = 30_000;

/**
 * A small process beside ours that starts processes, makes temporary folders, and takes both away again when we close
 * it or die in any way (see `watchdogProgram`). It does not keep our process alive, except while it owes an answer.
 */
export class Watchdog {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #watched = new Map<number, Watched>();
  /** Those that `run` has not given to its caller yet. */
  readonly #launched = new Map<number, Watched>();
  readonly #gone: Promise<void>;
  #nextId = 1;
  /** How many wait for a message; while there are any, the channel keeps our process alive. */
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
    // `__name` is what esbuild wraps around named functions; in the bare text no one defines it.
    const program = `const __name = (f) => f; (${watchdogProgram.toString()})();`;
    const child = spawn(process.execPath, ['-e', program], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // Not in our terminal's process group: Ctrl-C is for us, and it has to outlive us.
      detached: true,
      // Loaders that our own process was started with would only slow it down.
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    const failed = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error('the watchdog process exited at once')));
    });
    const ready = new Promise<void>((resolve) => child.once('message', () => resolve()));
    const watchdog = new Watchdog(child);
    await new Deadline(answerTimeoutMs).race(Promise.race([ready, failed]), {
      stage: 'local_kafka',
      what: 'the watchdog process to start',
    });
    child.unref();
    child.channel?.unref();
    return watchdog;
  }

  /** For tests: they end it, to see what then happens. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Makes a new folder `parent/prefix…` that is removed at the end. */
  async folder(parent: string, prefix: string): Promise<string> {
    const answer = await this.#ask((id) => ({ ask: 'folder', id, parent, prefix }));
    if (answer.tell !== 'folder') throw unexpected(answer);
    return answer.path;
  }

  /**
   * Starts a process in a group of its own, its outputs in a file.
   *
   * @throws pubsub_error `kafka_unavailable` when the file cannot be run
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

  /** Continues a process that we have stopped (SIGSTOP), at the end: it would not see that we are gone. */
  wakeAtEnd(pid: number): void {
    if (this.#child.connected) this.#child.send({ ask: 'wake', pid } satisfies WatchdogRequest, () => undefined);
  }

  /** Ends everything it started, removes its folders, and ends it; resolves when all that is done. */
  async close(): Promise<void> {
    await this.#leave(() => {
      if (this.#child.connected) this.#child.disconnect();
    });
  }

  /** Ends the watchdog alone: its processes go on and its folders stay, for others to end and remove. */
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
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), leaveTimeoutMs);
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
    return this.#awake(new Deadline(answerTimeoutMs).race(asked, subject));
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

  /** Its end may be the very next message, before the caller of `run` has heard of its beginning. */
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

  /** Normally all has ended by now. If someone shot the watchdog, no one else is left to end its processes. */
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
    // It has ended already.
  }
}

function closed(): pubsub_error {
  return new pubsub_error('kafka_unavailable', 'local_kafka', 'the watchdog process of the local Kafka has exited');
}

function unexpected(answer: WatchdogAnswer): pubsub_error {
  return new pubsub_error('internal', 'local_kafka', `the watchdog answered "${answer.tell}"`);
}
