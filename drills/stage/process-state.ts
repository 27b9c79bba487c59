import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * The state of a process according to the kernel: `R`, `S`, `T` (stopped), `Z`…; undefined: the process does not exist.
 */
export function processState(pid: number | undefined): string | undefined {
  if (pid === undefined) return undefined;
  try {
    return /^State:\s*(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

const STOP_MS = 2_000;

/** The same for a process that was sent SIGSTOP, which takes some time on a busy machine. */
export async function stoppedState(pid: number | undefined): Promise<string | undefined> {
  const end = performance.now() + STOP_MS;
  for (;;) {
    const state = processState(pid);
    if (state === 'T' || performance.now() > end) return state;
    await sleep(10);
  }
}
