import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SanityReport } from '../../sanity/report/schema.js';
import { CommandProcess, type CommandEnd } from './command-process.js';

export { isAlive } from './process-tree.js';

export interface SanityEnd extends CommandEnd {
  /** The report of `--json`. */
  report(): SanityReport;
  check(id: string): SanityReport['checks'][number] | undefined;
}

/** `easy-pubsub sanity`, as a user runs it: a separate process with its own temporary folder. */
export class SanityProcess extends CommandProcess {
  readonly ended: Promise<SanityEnd>;

  private constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    super(['sanity', ...args], env);
    this.ended = this.exit.then((end) => {
      const report = (): SanityReport => JSON.parse(end.stdout) as SanityReport;
      const check = (id: string) => report().checks.find((one) => one.id === id);
      return { ...end, report, check };
    });
  }

  /** @param env added to the environment; `undefined` removes a variable */
  static start(args: readonly string[], env: NodeJS.ProcessEnv = {}): SanityProcess {
    const { PUBSUB_BROKERS: _, ...ours } = process.env;
    return new SanityProcess(args, { ...ours, ...env });
  }

  static run(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<SanityEnd> {
    return SanityProcess.start(args, env).ended;
  }

  /** Resolves when it prints on stderr that it waits for something with these words. */
  waitsFor(words: string): Promise<void> {
    return this.says(words);
  }
}

/** A temporary folder for a process, and what is left in it. */
export async function temporary(): Promise<{ env: NodeJS.ProcessEnv; left: () => Promise<string[]> }> {
  const folder = await mkdtemp(join(tmpdir(), 'sanity-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return {
    env: { TMPDIR: folder },
    // tsx keeps compiled files there.
    left: async () => (await readdir(folder)).filter((name) => !name.startsWith('tsx-')),
  };
}
