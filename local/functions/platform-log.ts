import type { LogFormat } from './environment.js';

/** The platform's report of one invocation. */
export interface InvocationFacts {
  readonly id: string;
  readonly durationMs: number;
  /** Set for the first invocation of a process. */
  readonly initMs: number | undefined;
  readonly memoryMb: number;
  readonly usedMb: number;
  readonly status: 'success' | 'error' | 'timeout';
}

/** The lines that Lambda itself writes to a function's log, in both formats. Pure. */
export function startLines(format: LogFormat, id: string, now: Date): string[] {
  const version = '$LATEST';
  if (format === 'plain') return [];
  if (format === 'Text') return [`START RequestId: ${id} Version: ${version}`];
  return [event(now, 'platform.start', { requestId: id, version })];
}

export function endLines(format: LogFormat, facts: InvocationFacts, now: Date): string[] {
  const { id, durationMs, initMs, memoryMb, usedMb, status } = facts;
  if (format === 'plain') return [];
  const duration = round(durationMs);
  const billed = Math.ceil(durationMs + (initMs ?? 0));
  if (format === 'Text') {
    const init = initMs === undefined ? '' : `\tInit Duration: ${round(initMs)} ms`;
    const ended = status === 'timeout' ? '\tStatus: timeout' : '';
    return [
      `END RequestId: ${id}`,
      `REPORT RequestId: ${id}\tDuration: ${duration} ms\tBilled Duration: ${billed} ms\tMemory Size: ${memoryMb} MB\tMax Memory Used: ${usedMb} MB${init}${ended}`,
    ];
  }
  const metrics = {
    durationMs: duration,
    billedDurationMs: billed,
    memorySizeMB: memoryMb,
    maxMemoryUsedMB: usedMb,
    initDurationMs: initMs === undefined ? undefined : round(initMs),
  };
  return [event(now, 'platform.report', { requestId: id, metrics, status })];
}

function event(now: Date, type: string, record: object): string {
  return JSON.stringify({ time: now.toISOString(), type, record });
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
