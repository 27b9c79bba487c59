import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { skipReasons } from './skips.js';

/** What CI reads: counts, and the skips that test/support/skips.ts does not list. */
export interface TestSummary {
  passed: number;
  failed: number;
  skipped: number;
  unlistedSkips: string[];
}

/** A vitest reporter that writes a TestSummary to the file that SUMMARY_FILE names. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env['SUMMARY_FILE'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(summaryOf(modules, unhandledErrors.length)));
  }
}

function summaryOf(modules: readonly TestModule[], unhandledErrors: number): TestSummary {
  const summary: TestSummary = { passed: 0, failed: unhandledErrors, skipped: 0, unlistedSkips: [] };
  for (const module of modules) {
    // A file that could not be loaded, or whose hooks failed, may have no failed test.
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') summary.passed++;
      else if (result.state === 'failed') failedHere++;
      else if (result.state === 'skipped' && isListed(result.note)) summary.skipped++;
      else summary.unlistedSkips.push(`${module.relativeModuleId}: ${test.fullName}`);
    }
    summary.failed += module.state() === 'failed' ? Math.max(1, failedHere) : failedHere;
  }
  return summary;
}

function isListed(note: string | undefined): boolean {
  return note !== undefined && Object.keys(skipReasons).some((reason) => note.startsWith(`${reason}: `));
}
