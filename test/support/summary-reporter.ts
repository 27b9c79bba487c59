import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { skipReasons } from './skips.js';

/**
 * What CI reads: counts, failed tests with the first line of their errors, and the skips that test/support/skips.ts
 * does not list.
 */
export interface TestSummary {
  passed: number;
  skipped: number;
  failures: string[];
  unlistedSkips: string[];
}

/** A vitest reporter that writes a TestSummary to the file that SUMMARY_FILE names. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env['SUMMARY_FILE'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(summaryOf(modules, unhandledErrors)));
  }
}

function summaryOf(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): TestSummary {
  const failures = unhandledErrors.map((error) => `unhandled error: ${firstLine(error)}`);
  const summary: TestSummary = { passed: 0, skipped: 0, failures, unlistedSkips: [] };
  for (const module of modules) {
    const before = failures.length;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') summary.passed++;
      else if (result.state === 'failed') {
        failures.push(`${module.relativeModuleId}: ${test.fullName}: ${firstLine(result.errors[0])}`);
      } else if (result.state === 'skipped' && isListed(result.note)) summary.skipped++;
      else summary.unlistedSkips.push(`${module.relativeModuleId}: ${test.fullName}`);
    }
    // A file that could not be loaded, or whose hooks failed, may have no failed test.
    if (module.state() === 'failed' && failures.length === before) {
      failures.push(`${module.relativeModuleId}: ${firstLine(module.errors()[0])}`);
    }
  }
  return summary;
}

function firstLine(error: unknown): string {
  const message = error instanceof Object && 'message' in error ? String(error.message) : String(error);
  return message.split('\n', 1)[0] ?? '';
}

function isListed(note: string | undefined): boolean {
  return note !== undefined && Object.keys(skipReasons).some((reason) => note.startsWith(`${reason}: `));
}
