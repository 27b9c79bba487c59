import type { LongestTime, RunTime } from '../steps/run-time.js';
import type { Finding } from './check.js';

/** Not judged, because the time of the run was over. */
export function timeUp(time: RunTime, evidence: string, hint = moreTime(time)): Finding {
  return {
    outcome: 'skipped',
    code: 'time_up',
    evidence: `the time of the run (${time.limitMs / 1000} s) was over: ${evidence}`,
    hint,
  };
}

/** The next step, if a run needs this much time. */
export function enoughTime(neededMs: number, longest: LongestTime): string {
  const seconds = Math.max(20, Math.ceil(neededMs / 10_000) * 10);
  if (!longest.isOption) return fixedTime(longest);
  return seconds * 1000 <= longest.ms
    ? `A time limit of ${seconds} s would be enough (--timeout ${seconds}).`
    : `Even the largest time limit of this run (--timeout ${secondsOf(longest)}) would not be enough: a smaller --count or --payload-bytes is needed.`;
}

/** The next step, if it is not known how much time a run needs. */
export function moreTime({ limitMs, longest }: RunTime): string {
  if (!longest.isOption) return fixedTime(longest);
  if (limitMs * 3 <= longest.ms) return enoughTime(limitMs * 3, longest);
  return limitMs < longest.ms
    ? `The largest time limit of this run (--timeout ${secondsOf(longest)}) may be enough; otherwise a smaller --count or --payload-bytes is needed.`
    : 'This is the largest time limit of this run: a smaller --count or --payload-bytes is needed.';
}

function fixedTime(longest: LongestTime): string {
  return `A scheduled run always has ${secondsOf(longest)} s: its event needs a smaller count or payload_bytes. easy-pubsub sanity --stack takes --timeout.`;
}

function secondsOf({ ms }: LongestTime): number {
  return Math.floor(ms / 1000);
}
