import type { RunTime } from '../steps/run-time.js';
import type { Finding } from './check.js';

/** Not judged, because the time of the run was over. */
export function timeUp({ limitMs }: RunTime, evidence: string, hint = enoughTime(limitMs * 3)): Finding {
  return {
    outcome: 'skipped',
    code: 'time_up',
    evidence: `the time of the run (${limitMs / 1000} s) was over: ${evidence}`,
    hint,
  };
}

/** The largest value of `--timeout`. */
export const MOST_SECONDS = 3_600;

/** The next step, if a run needs this much time. */
export function enoughTime(neededMs: number): string {
  const seconds = Math.max(20, Math.ceil(neededMs / 10_000) * 10);
  return seconds <= MOST_SECONDS
    ? `A time limit of ${seconds} s would be enough (--timeout ${seconds}).`
    : `Even the largest time limit (--timeout ${MOST_SECONDS}) would not be enough: a smaller --count or --payload-bytes is needed.`;
}
