import type { StackOptions } from '../../lib/context.js';
import type { CheckHead } from './results.js';
import type { Account } from '../../aws/account.js';

/** What a check found. A failure to look is no finding: it is thrown. */
export type Finding =
  | { readonly outcome: 'pass'; readonly evidence: string }
  | { readonly outcome: 'warn' | 'fail'; readonly code: string; readonly evidence: string; readonly hint: string };

export interface Question {
  readonly options: StackOptions;
  readonly account: Account;
  readonly region: string;
  /** Who asks. */
  readonly accountId: string;
  readonly now: Date;
}

export interface Check {
  readonly head: CheckHead;
  /** Whether it says anything about this stack. @default always */
  readonly concerns?: (options: StackOptions) => boolean;
  readonly look: (question: Question) => Promise<Finding>;
}

export const pass = (evidence: string): Finding => ({ outcome: 'pass', evidence });
export const warn = (code: string, evidence: string, hint: string): Finding => ({
  outcome: 'warn',
  code,
  evidence,
  hint,
});
export const fail = (code: string, evidence: string, hint: string): Finding => ({
  outcome: 'fail',
  code,
  evidence,
  hint,
});

export const isOwn = ({ cluster }: StackOptions): boolean => cluster.kind === 'own';
export const isExisting = ({ cluster }: StackOptions): boolean => cluster.kind === 'existing';
