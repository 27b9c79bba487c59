import type { TargetAnswer } from './target.js';

/** What is known of a failure: for checks. */
export interface Failure {
  readonly code: string;
  readonly evidence: string;
  readonly hint: string;
}

/** Codes that mean: no broker has answered as Kafka does, so that nothing can be said about it. */
const unreachable = new Set([
  'host_not_found',
  'connection_refused',
  'connection_timeout',
  'connection_closed',
  'not_kafka',
  'tls_failed',
  'broker_unavailable',
  'credentials_missing',
  'config_invalid',
  'event_invalid',
]);

export function isUnreachable({ code }: Failure): boolean {
  return unreachable.has(code);
}

/**
 * Reads a function's error answer. Our handlers write "[code] sentence — hint"; Lambda's own errors (time-outs,
 * processes that ended) have types of their own.
 *
 * `ours`: it was our handler that answered, so that the function does run.
 */
export function failureOf(answer: Extract<TargetAnswer, { ok: false }>): Failure & { ours: boolean } {
  const { errorType, errorMessage } = answer.error;
  const ours = /^\[(\w+)\] (.*?)(?: — (.*))?$/s.exec(errorMessage);
  if (ours !== null)
    return { code: ours[1] ?? errorType, evidence: ours[2] ?? errorMessage, hint: ours[3] ?? '', ours: true };
  if (answer.timedOut) {
    return {
      ours: false,
      code: 'function_timed_out',
      evidence: errorMessage,
      hint: 'Give the function more time (--timeout), and look at the last lines of its log for what it waited for.',
    };
  }
  return {
    ours: false,
    code: errorType,
    evidence: errorMessage,
    hint: 'The function did not answer as its code would: look at its log.',
  };
}
