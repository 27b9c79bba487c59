import { readFileSync } from 'node:fs';

/** The state of a process as the kernel has it: `R`, `S`, `T` (stopped), `Z`…; undefined: there is none. */
export function processState(pid: number | undefined): string | undefined {
  if (pid === undefined) return undefined;
  try {
    return /^State:\s*(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
