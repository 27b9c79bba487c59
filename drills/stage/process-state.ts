import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The state of a process as the kernel has it: `R`, `S`, `T` (stopped), `Z`…; undefined: there is none. */
export function processState(pid: number | undefined): string | undefined {
  if (pid === undefined) return undefined;
  try {
    return /^State:\s*(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

const stopMs = 2_000;

/** The same of a process that was sent SIGSTOP: a busy machine takes its time to carry that out. */
export async function stoppedState(pid: number | undefined): Promise<string | undefined> {
  const end = performance.now() + stopMs;
  for (;;) {
    const state = processState(pid);
    if (state === 'T' || performance.now() > end) return state;
    await sleep(10);
  }
}
