import { pubsub_error_codes, type pubsub_error_code } from '../src/base/error.js';

/**
 * What can make a check fail besides an error of the library. The list is closed, and docs/check-causes.md has a
 * paragraph for each.
 */
export const checkCauses = [
  // what a run measured
  'replies_missing',
  'disordered',
  'error_replies_missing',
  'bad_records_unreported',
  // what it could not judge
  'time_up',
  // a function
  'function_failed',
  'function_timed_out',
  'function_killed',
  'function_unanswered',
  // what Lambda answers in place of a function
  'function_absent',
  'function_throttled',
  'function_not_ready',
  'function_network',
  'function_key',
  // the CloudFormation stack
  'stack_absent',
  'stack_busy',
  'stack_failed',
  'stack_deleted',
  'stack_outputs_missing',
  'stack_network',
] as const;

/** The `code` of a failed check: an error code of the library, or a cause that only a check has. */
export type CheckCode = pubsub_error_code | (typeof checkCauses)[number];

export const checkCodes: readonly [CheckCode, ...CheckCode[]] = [...pubsub_error_codes, ...checkCauses];

export function isErrorCode(text: string): text is pubsub_error_code {
  return (pubsub_error_codes as readonly string[]).includes(text);
}
