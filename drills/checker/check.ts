import { factsOf, type Facts } from './facts.js';
import type { Material, Violation } from './material.js';
import { deadlines, nothingLost, oneOutcome, ownReply, truePositions } from './outcomes.js';
import { noOverlap, orderOfPaths } from './paths.js';
import { allWorkAgain, recovered, recoveryOf, steady } from './recovery.js';
import { nothingLeft } from './remains.js';
import { wrongClaimsOf, truth, type WrongClaim } from './truth.js';

export interface Verdict {
  readonly requests: number;
  readonly succeeded: number;
  /** Requests that ended with an error, by its code. */
  readonly codes: Readonly<Record<string, number>>;
  /** How often frames were handled again. This is allowed; handlers must expect it. */
  readonly duplicates: number;
  /** Milliseconds from the end of the fault until requests succeeded again; 0 if they did before. */
  readonly recoveryMs: number | undefined;
  readonly recoveryAfterFaultMs: number | undefined;
  /** The longest time in which a reported state was wrong, even if it was within the limit. */
  readonly longestWrongClaim: WrongClaim | undefined;
  readonly violations: readonly Violation[];
}

/** Judges a drill from its histories. It does not use the fault's code or the counts of the client. */
export function check(material: Material): Verdict {
  const facts = factsOf(material);
  const recovery = recoveryOf(facts, material);
  return {
    ...sums(facts),
    recoveryMs: recovery.afterHealMs,
    recoveryAfterFaultMs: recovery.afterFaultMs,
    longestWrongClaim: wrongClaimsOf(facts, material)[0],
    violations: [
      ...steady(facts, material),
      ...oneOutcome(facts),
      ...deadlines(facts, material),
      ...nothingLost(facts, material),
      ...orderOfPaths(facts, material.excuses),
      ...noOverlap(facts, material.excuses),
      ...ownReply(facts),
      ...truePositions(facts, material),
      ...recovered(facts, material),
      ...allWorkAgain(facts, material),
      ...truth(facts, material),
      ...nothingLeft(material),
    ],
  };
}

function sums({ requests, runs, runsById }: Facts): Pick<Verdict, 'requests' | 'succeeded' | 'codes' | 'duplicates'> {
  const codes: Record<string, number> = {};
  let succeeded = 0;
  for (const { ends } of requests.values()) {
    const [end] = ends;
    if (end?.ok === true) succeeded += 1;
    else if (end !== undefined) codes[end.code ?? '?'] = (codes[end.code ?? '?'] ?? 0) + 1;
  }
  return { requests: requests.size, succeeded, codes, duplicates: runs.length - runsById.size };
}
