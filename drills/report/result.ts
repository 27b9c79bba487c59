import type { Verdict } from '../checker/check.js';
import { measures } from '../measures.js';

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
  /** Of the time, how much the processes did not get to run because of other load, where that is known. */
  readonly starvedShare?: number;
}

/** `busy`: the machine was too busy with other things for a verdict. */
export type Colour = 'green' | 'RED' | 'busy';

/** Green: the fault happened, and every invariant held. */
export function colourOf({ proofs, verdict, starvedShare = 0 }: DrillResult): Colour {
  const isProven = proofs.length > 0 && proofs.every(({ holds }) => holds);
  if (verdict?.violations.length === 0 && isProven) return 'green';
  return starvedShare >= measures.starvedShare ? 'busy' : 'RED';
}
