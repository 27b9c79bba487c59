import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { CommandProcess } from './command-process.js';
import { isAlive, processesWith } from './process-tree.js';
import { temporary } from './sanity-process.js';
import { until } from './until.js';

/** Variables in the user's shell before they paste: from another account. The rehearsal must replace them. */
const before = {
  AWS_PROFILE: 'work',
  AWS_ACCESS_KEY_ID: 'AKIAREAL',
  AWS_SESSION_TOKEN: 'real',
  AWS_REGION: 'us-east-1',
};

/** `easy-pubsub rehearse up`, as a user runs it in a terminal. */
export class RehearseProcess extends CommandProcess {
  readonly #folder: string;
  readonly #left: () => Promise<string[]>;

  private constructor(args: readonly string[], { env, left }: Awaited<ReturnType<typeof temporary>>) {
    super(['rehearse', 'up', ...args], { ...process.env, ...env }, { detached: true });
    this.#folder = env['TMPDIR']!;
    this.#left = left;
    onTestFinished(async () => {
      // A failed test leaves it running. Its folder can be removed only after its watchdog has ended, too.
      this.kill('SIGKILL');
      await until('all processes have ended', () => processesWith(this.#folder).length === 0);
    });
  }

  static async start(...args: string[]): Promise<RehearseProcess> {
    return new RehearseProcess(args, await temporary());
  }

  /** Started, and ready for use. */
  static async up(...args: string[]): Promise<RehearseProcess> {
    const started = await RehearseProcess.start(...args);
    await started.says('Ctrl-C ends it.');
    return started;
  }

  /** The environment of a shell into which all printed exports were pasted. */
  async pasted(): Promise<Record<string, string>> {
    const lines = this.stdout.split('\n').filter((line) => /^(export|unset) /.test(line));
    const files = { AWS_CONFIG_FILE: '/nonexistent/config', AWS_SHARED_CREDENTIALS_FILE: '/nonexistent/credentials' };
    const ours = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && name !== 'PUBSUB_BROKERS');
    const { stdout } = await promisify(execFile)('sh', ['-c', [...lines, 'env -0'].join('\n')], {
      env: { ...Object.fromEntries(ours), ...files, ...before },
    });
    return Object.fromEntries(
      stdout
        .split('\0')
        .flatMap((entry) => (entry === '' ? [] : [[entry.split('=', 1)[0]!, entry.slice(entry.indexOf('=') + 1)]])),
    );
  }

  /** The printed ports of the AWS endpoint and of the brokers. */
  get ports(): number[] {
    return [...this.stdout.matchAll(/127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port));
  }

  /** Ctrl-C: it ends as documented, and leaves nothing behind. */
  async ctrlC(): Promise<void> {
    const started = this.descendants();
    this.interrupt();
    const { exitCode, stdout, stderr } = await this.exit;
    expect(exitCode, stdout + stderr).toBe(130);
    await this.leavesNothing(started);
  }

  /** @param started processes that it had started */
  async leavesNothing(started: readonly number[]): Promise<void> {
    // A killed process may still exist for a moment after `kill` has returned.
    await until(
      'all processes have ended',
      () => [...started.filter(isAlive), ...processesWith(this.#folder)].length === 0,
    );
    expect(await this.#left()).toEqual([]);
    for (const port of this.ports) expect(await isTaken(port), `port ${port}`).toBe(false);
  }
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
