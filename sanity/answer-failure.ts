import type { Failure } from './failure.js';
import type { TargetAnswer } from './targets/target.js';

/**
 * Reads a function's error answer. Our handlers write "[code] sentence — hint"; Lambda's own errors (time-outs,
 * processes that ended) have types of their own.
 *
 * `ours`: it was our handler that answered, so that the function does run.
 */
export function failureOf(answer: Extract<TargetAnswer, { ok: false }>): Failure & { ours: boolean } {
  const { log } = answer;
  if (answer.failure !== undefined) return { ...answer.failure, log, ours: false };
  const { errorType, errorMessage } = answer.error;
  const ours = /^\[(\w+)\] (.*?)(?: — (.*))?$/s.exec(errorMessage);
  if (ours !== null)
    return { code: ours[1] ?? errorType, evidence: ours[2] ?? errorMessage, hint: ours[3] ?? '', log, ours: true };
  const [code, hint] = answer.timedOut
    ? timedOut
    : (ends.find(([sign]) => sign.test(errorMessage))?.[1] ?? [errorType, other]);
  return { code, evidence: errorMessage, hint, log, ours: false };
}

const other = 'The function did not answer as its code would: look at its log.';
const timedOut = [
  'function_timed_out',
  'The last lines of its log say what it waited for. More time (--timeout; in AWS the function’s own time-out) helps only if it was still at work.',
] as const;
const ends: readonly (readonly [sign: RegExp, told: readonly [code: string, hint: string]])[] = [
  [
    /signal: (killed|aborted)/,
    [
      'function_killed',
      'That is how a function ends that needs more memory than it has (Max Memory Used in its log); or somebody killed it.',
    ],
  ],
];
