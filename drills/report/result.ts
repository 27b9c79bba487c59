import type { Verdict } from '../checker/check.js';

/** That a fault happened: what was looked at, and what was seen. */
export interface Proof {
  readonly holds: boolean;
  readonly what: string;
  readonly seen: string;
}

/** What became of one drill. */
export interface DrillResult {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly proofs: readonly Proof[];
  readonly verdict?: Verdict;
  /** Why there is no verdict. */
  readonly failure?: string;
}

/** Green: the fault happened, and every invariant held. */
export function isGreen({ proofs, verdict }: DrillResult): boolean {
  return verdict?.violations.length === 0 && proofs.length > 0 && proofs.every(({ holds }) => holds);
}
