import type { RunContext } from '../steps/context.js';
import type { CheckHead, Finding } from './check.js';

/** The steps of a run, in their order; the checks of a step are made when it is over. */
export type StepName = 'start' | 'round_trips' | 'split_flow' | 'replies' | 'worker' | 'bad_records' | 'end';

/** A finding, and the time that the report shows for it. */
export type TimedFinding = Finding & { readonly ms?: number };

/** A check of a run, wherever the functions are. `sanity/checks/all-checks.ts` has all of them. */
export interface RunCheck extends CheckHead {
  readonly step: StepName;
  /**
   * Judges what the steps have found so far (`run.outcome`), or asks the functions for more.
   *
   * @returns undefined if its step was not reached: the check then gets the line "not made"
   */
  readonly judge: (run: RunContext) => TimedFinding | undefined | Promise<TimedFinding | undefined>;
  /** It is only made in some runs: without a finding it has no line in the report. @default false */
  readonly optional?: boolean;
}
