import type { Verdict } from '../checker/check.js';
import { measures } from '../measures.js';

/** A proof that a fault happened: what was checked, and the result. */
export interface Proof {
  readonly holds: boolean;
  readonly what: string;
  readonly seen: string;
}

/** The result of one drill. */
export interface DrillResult {
  readonly name: string;
  readonly title: string;
  readonly seconds: number;
  readonly proofs: readonly Proof[];
  readonly verdict?: Verdict;
  /** Why there is no verdict. */
  readonly failure?: string;
  /** The share of the time in which the processes could not run because of other load, if known. */
  readonly starvedShare?: number;
}

/** `busy`: the machine had too much other load for a verdict. */
export type Colour = 'green' | 'RED' | 'busy';

/** Green: the fault is proven, and every invariant holds. */
export function colourOf({ proofs, verdict, starvedShare = 0 }: DrillResult): Colour {
  const isProven = proofs.length > 0 && proofs.every(({ holds }) => holds);
  if (verdict?.violations.length === 0 && isProven) return 'green';
  return starvedShare >= measures.starvedShare ? 'busy' : 'RED';
}
