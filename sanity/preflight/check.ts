import type { Account } from '../../aws/account.js';
import type { StackOptions } from '../../lib/context.js';
import type { CheckHead, Finding } from '../checks/check.js';

export interface Question {
  readonly options: StackOptions;
  readonly account: Account;
  readonly region: string;
  /** The caller's account. */
  readonly accountId: string;
  readonly now: Date;
}

/** A check of the preflight. `preflight.ts` lists all of them. */
export interface PreflightCheck extends CheckHead {
  /** Whether it applies to this stack. @default always */
  readonly concerns?: (options: StackOptions) => boolean;
  /** Throws when it cannot read what it needs. */
  readonly look: (question: Question) => Promise<Finding>;
}

export const isOwn = ({ cluster }: StackOptions): boolean => cluster.kind === 'own';
export const isExisting = ({ cluster }: StackOptions): boolean => cluster.kind === 'existing';
