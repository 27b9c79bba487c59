import { fork, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { now, type Outside, type ProcessHistory, type Role, type Stamped } from '../history/events.js';
import { HistoryTail } from '../history/read.js';
import type { Answer, Command, ProgramInput } from '../programs/input.js';
import { stoppedState } from './process-state.js';

export interface ParticipantOptions {
  readonly program: string;
  readonly node: string;
  readonly input: ProgramInput;
  readonly variables: Readonly<Record<string, string>>;
  /** Called with a process that is stopped, so that it is resumed and ends if the drill itself is killed. */
  readonly onStop: (pid: number) => void;
}

/** It joins, or reports why not, within the client's own limit. */
const JOIN_MS = 60_000;
/** A dispose has its own limit of 5 s. */
const END_MS = 12_000;
/** The time from the end of its dispose to the end of its process. */
const EXIT_MS = 3_000;

/** One process of a drill. */
export class Participant {
  readonly name: string;
  readonly role: Role;
  readonly #child: ChildProcess;
  readonly #options: ParticipantOptions;
  readonly #outside: Outside[] = [];
  readonly #events: Stamped[] = [];
  readonly #tail: HistoryTail;
  readonly #answers = new Map<number, (answer: Answer) => void>();
  readonly #exited: Promise<void>;
  #stderr = '';
  #nextId = 1;
  #over = false;
  #isStopped = false;

  constructor(options: ParticipantOptions) {
    const { input, program, node, variables } = options;
    this.#options = options;
    this.name = input.name;
    this.role = input.role;
    this.#tail = new HistoryTail(input.history);
    this.#child = fork(program, [], {
      execPath: node,
      execArgv: [],
      // Without the environment of this shell, especially its credentials.
      env: { PATH: process.env['PATH'], DRILL: JSON.stringify(input), ...variables },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (bytes: Buffer) => (this.#stderr += bytes.toString('utf8')));
    this.#child.on('message', (answer: Answer) => {
      this.#answers.get(answer.id)?.(answer);
      this.#answers.delete(answer.id);
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', (code, signal) => {
        this.#over = true;
        this.#note('exited', signal ?? code);
        for (const [id, settle] of this.#answers)
          settle({ id, error: `${this.name} ended with ${String(signal ?? code)}` });
        this.#answers.clear();
        resolve();
      });
    });
  }

  get pid(): number | undefined {
    return this.#over ? undefined : this.#child.pid;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Resolves when its process is ready for commands. */
  async started(): Promise<void> {
    await this.#ask({ do: 'variables', set: {} }, JOIN_MS);
  }

  async join(): Promise<void> {
    await this.#ask({ do: 'join' }, JOIN_MS);
  }

  async load(on: boolean): Promise<void> {
    await this.#ask({ do: 'load', on }, JOIN_MS);
  }

  async setVariables(set: Readonly<Record<string, string>>): Promise<void> {
    await this.#ask({ do: 'variables', set }, JOIN_MS);
  }

  /** Leaves the group; the process continues. */
  async leave(): Promise<void> {
    this.#note('leaving');
    await this.#ask({ do: 'leave' }, END_MS);
  }

  /** Leaves the group and exits; killed if it does not. */
  async end(): Promise<void> {
    if (this.#over) return;
    this.#note('leaving');
    await this.#ask({ do: 'end' }, END_MS).catch(() => undefined);
    await Promise.race([this.#exited, sleep(EXIT_MS, undefined, { ref: false })]);
    if (!this.#over) {
      this.#note('forced');
      this.#child.kill('SIGKILL');
      await this.#exited;
    }
  }

  async kill(): Promise<void> {
    if (this.#over) return;
    this.#note('killed');
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  /** Sends SIGSTOP; returns its state according to the kernel. */
  async stop(): Promise<string | undefined> {
    const { pid } = this;
    if (pid === undefined) throw new Error(`${this.name} has ended`);
    this.#options.onStop(pid);
    this.#note('stopped');
    this.#isStopped = true;
    this.#child.kill('SIGSTOP');
    return stoppedState(pid);
  }

  /** Sends SIGCONT, if it is stopped. */
  continue(): void {
    if (!this.#isStopped || this.#over) return;
    this.#isStopped = false;
    this.#child.kill('SIGCONT');
    this.#note('continued');
  }

  /** Its history so far. */
  events(): readonly Stamped[] {
    this.#events.push(...this.#tail.more());
    return this.#events;
  }

  history(): ProcessHistory {
    const { name, role } = this;
    const isOurs = this.#options.input.client === 'ours';
    // The peers' loggers write there; only Node's own warnings count, for all clients.
    const stderr = isOurs ? this.#stderr : warningsIn(this.#stderr);
    return { name, role, events: this.events(), outside: this.#outside, stderr };
  }

  close(): void {
    this.#tail.close();
  }

  #note(what: Outside['what'], code?: number | string | null): void {
    this.#outside.push({ t: now(), what, code });
  }

  #ask(command: Command, timeoutMs: number): Promise<void> {
    const id = this.#nextId++;
    return new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#answers.delete(id);
        reject(new Error(`${this.name} did not answer "${command.do}" within ${timeoutMs / 1_000} s`));
      }, timeoutMs);
      this.#answers.set(id, ({ error }) => {
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(new Error(`${this.name}, ${command.do}: ${error}`));
      });
      if (this.#over) this.#answers.get(id)?.({ id, error: 'its process has ended' });
      else this.#child.send({ id, ...command }, () => undefined);
    });
  }
}

function warningsIn(text: string): string {
  return text
    .split('\n')
    .filter((line) => /^\(node:\d+\)|^node:|[Uu]nhandled|Uncaught/.test(line))
    .join('\n');
}
