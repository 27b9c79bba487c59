import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './commands.js';

const POLL_MS = 50;

/** True if a process with this id runs, of any user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, and belongs to another user.
    return isCode(error, 'EPERM');
  }
}

/** True if an error of Node has this code: "ENOENT", "EPERM"… */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * True if the arguments of the process with this id contain the text. Ids are reused, so this is checked before a
 * process of an earlier command is ended.
 */
export async function isProcessOf(pid: number, text: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const commandLine = existsSync('/proc/self/cmdline')
    ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    : (await runCommand('/bin/ps', ['-ww', '-o', 'args=', '-p', String(pid)], { env: {}, timeoutMs: 5_000 })).stdout;
  return commandLine.includes(text);
}

/** Asks a process to exit, waits, and kills it if it does not. For processes that are not children of this one. */
export async function endProcess(pid: number, text: string, patienceMs: number): Promise<void> {
  if (!(await isProcessOf(pid, text))) return;
  process.kill(pid, 'SIGTERM');
  const until = performance.now() + patienceMs;
  while (await isProcessOf(pid, text)) {
    if (performance.now() > until) {
      process.kill(pid, 'SIGKILL');
      return;
    }
    await sleep(POLL_MS);
  }
}
