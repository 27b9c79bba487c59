import { spawn, type ChildProcess } from 'node:child_process';

/** Processes that keep CPUs busy, like other work on the machine. */
export class OtherLoad implements Disposable {
  readonly #children: ChildProcess[];

  constructor(count: number) {
    this.#children = Array.from({ length: count }, () =>
      // It ends with this process, because its input then closes.
      spawn(
        process.execPath,
        [
          '-e',
          'process.stdin.on("end", () => process.exit()).resume(); (function turn() { const end = Date.now() + 20; while (Date.now() < end); setImmediate(turn); })()',
        ],
        {
          stdio: ['pipe', 'ignore', 'ignore'],
        },
      ),
    );
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}
