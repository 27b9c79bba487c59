import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Parts } from '../local/os/parts.js';
import type { PeerInput, PeerName } from './peer.js';
import type { Answer, Command, Role, RunResult, Usage } from './peer-child.js';

const START_MS = 60_000;

/** One side of a peer in a separate process. */
export class PeerProcess implements AsyncDisposable {
  readonly #name: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;

  private constructor(name: string, execPath: string) {
    this.#name = name;
    // The same loader for all peers, so that memory can be compared; production mode, as for a service.
    this.#child = fork(fileURLToPath(new URL('peer-child.ts', import.meta.url)), {
      execPath,
      execArgv: ['--import', 'tsx', ...(process.env['BENCH_NODE_FLAGS']?.split(' ') ?? [])],
      env: { ...process.env, NODE_ENV: 'production', KAFKAJS_NO_PARTITIONER_WARNING: '1' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#ended = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  static async start(role: Role, peer: PeerName, input: PeerInput, node = process.execPath): Promise<PeerProcess> {
    const started = new PeerProcess(`${peer} ${role}`, node);
    try {
      await started.#ask({ do: 'start', role, peer, input }, START_MS);
      return started;
    } catch (error) {
      return await new Parts(started).undo(error);
    }
  }

  get pid(): number {
    return this.#child.pid!;
  }

  run(inFlight: number, seconds: number, paths: number): Promise<RunResult> {
    return this.#ask({ do: 'run', inFlight, seconds, paths }, seconds * 1_000 + 30_000) as Promise<RunResult>;
  }

  /** The frames that a receiver has so far. */
  received(): Promise<number> {
    return this.#ask({ do: 'received' }, 10_000) as Promise<number>;
  }

  usage(): Promise<Usage> {
    return this.#ask({ do: 'usage' }, 10_000) as Promise<Usage>;
  }

  /** Closes the clients; resolves with the time in milliseconds. */
  dispose(): Promise<number> {
    return this.#ask({ do: 'dispose' }, 30_000) as Promise<number>;
  }

  /** Ends the process; the exit is awaited, so that its CPU time counts for the bench. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), 3_000);
    await this.#ended;
    clearTimeout(kill);
  }

  #ask(command: Command, timeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#child.off('message', onMessage).off('exit', onExit);
        settle();
      };
      const refuse = (why: string): void => end(() => reject(new Error(`${this.#name}, ${command.do}: ${why}`)));
      const onMessage = (answer: Answer): void => {
        if (answer.ok) end(() => resolve(answer.value));
        else refuse(answer.error);
      };
      const onExit = (code: number | null, signal: string | null): void =>
        refuse(`its process ended (${signal ?? code})`);
      const timer = setTimeout(() => refuse(`no answer within ${timeoutMs / 1_000} s`), timeoutMs);
      this.#child.on('message', onMessage).once('exit', onExit);
      this.#child.send(command);
    });
  }
}
