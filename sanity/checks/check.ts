import type { CheckCode } from '../causes.js';
import type { Failure } from '../failure.js';
import type { Check } from '../report/schema.js';

/** What the reports of a run, of a rehearsal and of the preflight call a check. */
export type CheckHead = Pick<Check, 'id' | 'title'> & { readonly function?: Check['function'] };

/** The finding of a check. */
export type Finding =
  | { readonly outcome: 'pass'; readonly evidence: string }
  | { readonly outcome: 'skipped'; readonly evidence: string; readonly code?: 'time_up'; readonly hint?: string }
  | { readonly outcome: 'warn'; readonly evidence: string; readonly hint: string }
  | ({ readonly outcome: 'fail' } & Failure);

export const pass = (evidence: string): Finding => ({ outcome: 'pass', evidence });
export const warn = (evidence: string, hint: string): Finding => ({ outcome: 'warn', evidence, hint });
/** Not made, for a reason that is not a failure. */
export const skip = (reason: string): Finding => ({ outcome: 'skipped', evidence: reason });
export const failed = (failure: Failure): Finding => ({ outcome: 'fail', ...failure });
export const fail = (code: CheckCode, evidence: string, hint: string): Finding => failed({ code, evidence, hint });
