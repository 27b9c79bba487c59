import { randomUUID } from 'node:crypto';
import { buildReport, type ReportFacts } from '../report/build.js';
import { CheckResults } from '../checks/results.js';
import type { SanityReport } from '../report/schema.js';
import type { RunOutcome } from '../steps/outcome.js';

/** One run on any target: its id, its time, its checks, and in the end its report. */
export class RunRecord {
  readonly runId = randomUUID();
  readonly checks = new CheckResults();
  readonly #startedAt = new Date();
  readonly #began = performance.now();

  /** Milliseconds since the run began. */
  get ms(): number {
    return performance.now() - this.#began;
  }

  /** @param outcome undefined when the run could not start */
  report(facts: Pick<ReportFacts, 'target' | 'config' | 'versions'>, outcome: RunOutcome | undefined): SanityReport {
    return buildReport({ runId: this.runId, startedAt: this.#startedAt, ms: this.ms, ...facts }, this.checks, outcome);
  }
}
