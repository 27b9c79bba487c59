import { readFileSync } from 'node:fs';

/** CPU time since the machine's start, in ticks. */
export interface CpuTicks {
  /** All processes together. */
  busy: number;
  /** The processes of the bench. */
  own: number;
}

/** `/proc` counts in ticks of 10 ms on every Linux that Node runs on. */
export const TICKS_PER_SECOND = 100;

/**
 * The CPU time of all processes, from the first line of /proc/stat: user, nice, system and steal (other virtual
 * machines on the same CPU). Interrupts are not counted: they are the bench's traffic on the loopback interface, and
 * belong to no process.
 */
export function busyTicks(procStat: string): number {
  const [label, user, nice, system, , , , , steal] = (procStat.split('\n', 1)[0] ?? '').trim().split(/\s+/);
  if (label !== 'cpu') throw new Error('/proc/stat does not begin with the line of all CPUs');
  return Number(user) + Number(nice) + Number(system) + Number(steal ?? 0);
}

/** The CPU time of a process, from its /proc/<pid>/stat, optionally with its ended children. */
export function processTicks(procPidStat: string, withChildren: boolean): number {
  // The name in parentheses may contain spaces and parentheses; the third field follows the last one.
  const fields = procPidStat.slice(procPidStat.lastIndexOf(')') + 2).split(' ');
  const [user, system, childrenUser, childrenSystem] = fields.slice(11, 15).map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return user + system + (withChildren ? childrenUser + childrenSystem : 0);
}

/** CPU time of other processes, in percent of one CPU. */
export function otherPercent(before: CpuTicks, after: CpuTicks, seconds: number): number {
  const ticks = after.busy - before.busy - (after.own - before.own);
  return Math.max(0, (ticks / TICKS_PER_SECOND / seconds) * 100);
}

/**
 * Reads both now. The processes of the bench are this one with its ended children, and those with these ids.
 *
 * @param running the brokers, and the peers that run at both readings
 */
export function readTicks(running: readonly number[]): CpuTicks {
  return {
    busy: busyTicks(readFileSync('/proc/stat', 'utf8')),
    own: processTicks(readFileSync('/proc/self/stat', 'utf8'), true) + ticksOf(running),
  };
}

export function ticksOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + processTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'), false), 0);
}
