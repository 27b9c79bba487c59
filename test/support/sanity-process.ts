import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { sanity_report } from '../../sanity/report.js';

export interface SanityEnd {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Of `--json`. */
  report(): sanity_report;
  check(id: string): sanity_report['checks'][number] | undefined;
}

/** `easy-pubsub sanity`, as a user runs it: a process of its own, with a temporary folder of its own. */
export class SanityProcess {
  readonly pid: number;
  readonly ended: Promise<SanityEnd>;
  readonly #child: ReturnType<typeof spawn>;
  #stderr = '';
  readonly #waiting = new Set<() => void>();

  private constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', 'bin/easy-pubsub.ts', 'sanity', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.pid = this.#child.pid!;
    let stdout = '';
    this.#child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    this.#child.stderr!.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
      for (const look of [...this.#waiting]) look();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('close', (exitCode) => {
        const report = (): sanity_report => JSON.parse(stdout) as sanity_report;
        const check = (id: string) => report().checks.find((one) => one.id === id);
        resolve({ exitCode, stdout, stderr: this.#stderr, report, check });
      });
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
  }

  /** @param env besides ours; `undefined` takes a variable away */
  static start(args: readonly string[], env: NodeJS.ProcessEnv = {}): SanityProcess {
    const { PUBSUB_BROKERS: _, ...ours } = process.env;
    return new SanityProcess(args, { ...ours, ...env });
  }

  static run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<SanityEnd> {
    return SanityProcess.start(args, env).ended;
  }

  /** Resolves once it says on stderr that it waits for something with these words. */
  async waitsFor(words: string): Promise<void> {
    const said = new Promise<void>((resolve) => {
      const look = (): void => {
        if (!this.#stderr.includes(words)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
    await Promise.race([
      said,
      this.ended.then(({ stdout, stderr }) => {
        throw new Error(`it ended without waiting for ${words}: ${stdout}${stderr}`);
      }),
    ]);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** The process of a function, by the name that Lambda gives it in its environment. */
  functionPid(name: string): number {
    const pid = descendants(this.pid).find((id) => environmentOf(id).includes(`AWS_LAMBDA_FUNCTION_NAME=${name}\0`));
    if (pid === undefined) throw new Error(`no process of function ${name}`);
    return pid;
  }

  /** Everything that it started and that still runs. */
  descendants(): number[] {
    return descendants(this.pid);
  }
}

/** A temporary folder for a process, and what is left in it. */
export async function temporary(): Promise<{ env: NodeJS.ProcessEnv; left: () => Promise<string[]> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sanity-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    env: { TMPDIR: folder },
    // tsx keeps what it compiled there.
    left: async () => (await readdir(folder)).filter((name) => !name.startsWith('tsx-')),
  };
}

export function isAlive(pid: number): boolean {
  try {
    // A zombie is dead, though it still has a number.
    return !/^State:\s*Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

function descendants(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // It ended just now.
    }
  }
  const found: number[] = [];
  const add = (pid: number): void => {
    for (const [child, parent] of parents) {
      if (parent !== pid) continue;
      found.push(child);
      add(child);
    }
  };
  add(root);
  return found;
}

function environmentOf(pid: number): string {
  try {
    return `${readFileSync(`/proc/${pid}/environ`, 'utf8')}\0`;
  } catch {
    return '';
  }
}
