import { readFileSync } from 'node:fs';

/** CPU time since the machine's start, in ticks. */
export interface CpuTicks {
  /** Of all processes together. */
  busy: number;
  /** Of our own processes. */
  own: number;
}

/** `/proc` counts in ticks of 10 ms on every Linux that Node runs on. */
export const TICKS_PER_SECOND = 100;

/**
 * What all processes used, from the first line of /proc/stat: user, nice, system and steal (the guests of another
 * machine on our CPU). Interrupts are left out: they are our own traffic on the loopback interface, and belong to no
 * process.
 */
export function busyTicks(procStat: string): number {
  const [label, user, nice, system, , , , , steal] = (procStat.split('\n', 1)[0] ?? '').trim().split(/\s+/);
  if (label !== 'cpu') throw new Error('/proc/stat does not begin with the line of all CPUs');
  return Number(user) + Number(nice) + Number(system) + Number(steal ?? 0);
}

/** What a process used, from its /proc/<pid>/stat; with its ended children where wanted. */
export function processTicks(procPidStat: string, withChildren: boolean): number {
  // The name, in parentheses, may hold blanks and parentheses; the third field follows the last one.
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

/** Reads both now. Our own are this process with the children that have ended, and the brokers. */
export function readTicks(brokerPids: readonly number[]): CpuTicks {
  return {
    busy: busyTicks(readFileSync('/proc/stat', 'utf8')),
    own: processTicks(readFileSync('/proc/self/stat', 'utf8'), true) + brokerTicks(brokerPids),
  };
}

export function brokerTicks(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + processTicks(readFileSync(`/proc/${pid}/stat`, 'utf8'), false), 0);
}
