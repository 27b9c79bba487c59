import { FunctionProcess, type FunctionProcessOptions, type Invocation } from './function-process.js';

export interface PoolInvokeOptions {
  readonly timeoutMs: number;
  /** Uses a process that has served no invocation yet. @default false */
  readonly fresh?: boolean | undefined;
  /** @default a new one */
  readonly id?: string | undefined;
}

/**
 * A function with one process for each concurrent invocation. Like Lambda, it uses a free process, or starts a new one.
 */
export class FunctionPool {
  readonly #options: FunctionProcessOptions;
  readonly #processes: FunctionProcess[] = [];

  constructor(options: FunctionProcessOptions) {
    this.#options = options;
  }

  /** Process ids, oldest first. */
  get pids(): number[] {
    return this.#processes.flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** The number of current invocations. */
  get busy(): number {
    return this.#processes.filter(({ busy }) => busy).length;
  }

  invoke(event: unknown, { timeoutMs, fresh = false, id }: PoolInvokeOptions): Promise<Invocation> {
    let free = fresh ? undefined : this.#processes.findLast((process) => !process.busy);
    if (free === undefined) this.#processes.push((free = new FunctionProcess(this.#options)));
    return free.invoke(event, timeoutMs, id);
  }

  /** Asks all processes to exit, and kills those that do not. */
  async stop(): Promise<void> {
    await Promise.all(this.#processes.map((process) => process.stop()));
  }
}
