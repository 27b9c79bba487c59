import type { Check } from '../report/schema.js';
import { failed, type CheckHead, type Finding } from './check.js';
import type { Failure } from '../failure.js';

/** Of the log of a function that failed. */
const LOG_LINES = 20;
const LOG_LINE_LENGTH = 2_000;

/** The results of a run's checks, in the order in which they were made. */
export class CheckResults {
  readonly #checks: Check[] = [];

  get all(): readonly Check[] {
    return this.#checks;
  }

  /** The first that failed. */
  get failed(): Check | undefined {
    return this.#checks.find(({ outcome }) => outcome === 'fail');
  }

  /** The first that was not judged because the time was over. */
  get cutShort(): Check | undefined {
    return this.#checks.find(({ code }) => code === 'time_up');
  }

  has({ id }: CheckHead): boolean {
    return this.#checks.some((one) => one.id === id);
  }

  /** @param ms how long it took */
  add(head: CheckHead, finding: Finding, ms = 0): void {
    this.#checks.push(resultOf(head, finding, ms));
  }

  fail(head: CheckHead, failure: Failure, ms = 0): void {
    this.add(head, failed(failure), ms);
  }

  /** Not made, because another check failed before, or because the time was over before. */
  blocked(head: CheckHead, by: Check): void {
    const why = by.outcome === 'fail' ? `this check failed: ${by.title}` : 'the time of the run was over';
    const skipped = { outcome: 'skipped', evidence: `not made, because ${why}` } as const;
    this.#checks.push({ ...resultOf(head, skipped), blocked_by: by.id });
  }

  /** Replaces the hint of failed checks, after more has been found out. */
  advise(about: (failed: Check) => boolean, hint: string): void {
    for (const [index, one] of this.#checks.entries()) {
      if (one.outcome === 'fail' && about(one)) this.#checks[index] = { ...one, hint };
    }
  }
}

/** A check as the report has it. */
export function resultOf({ id, title, function: name }: CheckHead, finding: Finding, ms = 0): Check {
  const result = {
    id,
    title,
    function: name,
    outcome: finding.outcome,
    ms: Math.round(ms),
    evidence: finding.evidence,
    hint: 'hint' in finding ? finding.hint : '',
    ...('code' in finding ? { code: finding.code } : {}),
  };
  if (finding.outcome !== 'fail') return result;
  const { log = [] } = finding;
  const tail = log.slice(-LOG_LINES).map((line) => line.slice(0, LOG_LINE_LENGTH));
  return { ...result, ...(tail.length === 0 ? {} : { log: tail }) };
}
