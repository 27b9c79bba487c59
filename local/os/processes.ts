import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './commands.js';

const pollMs = 50;

/** Whether a process with this id runs, of any user. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, and belongs to another user.
    return isCode(error, 'EPERM');
  }
}

/** Whether an error of Node's has this code: "ENOENT", "EPERM"… */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

/**
 * Whether the process of this id has that text among its arguments. Ids are used again: before ending a process that
 * an earlier command started, we look whether it is still that one.
 */
export async function isProcessOf(pid: number, text: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  const commandLine = existsSync('/proc/self/cmdline')
    ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    : (await runCommand('/bin/ps', ['-ww', '-o', 'args=', '-p', String(pid)], { env: {}, timeoutMs: 5_000 })).stdout;
  return commandLine.includes(text);
}

/** Asks a process to end, waits, and ends it if it does not. For processes that are not our children. */
export async function endProcess(pid: number, text: string, patienceMs: number): Promise<void> {
  if (!(await isProcessOf(pid, text))) return;
  process.kill(pid, 'SIGTERM');
  const until = performance.now() + patienceMs;
  while (await isProcessOf(pid, text)) {
    if (performance.now() > until) {
      process.kill(pid, 'SIGKILL');
      return;
    }
    await sleep(pollMs);
  }
}
