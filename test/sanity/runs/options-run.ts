import fc from 'fast-check';
import { expect } from 'vitest';
import { accountedFor } from '../../../sanity/ledger.js';
import { reportSchema } from '../../../sanity/report/schema.js';
import { RUN_SLACK_MS } from '../../../sanity/steps/run-time.js';
import { SanityProcess } from '../../support/sanity-process.js';
import { patient } from '../../support/patience.js';

/** The size of a number is chosen first, so that small and large ones are as likely. */
function upTo(least: number, most: number): fc.Arbitrary<number> {
  return fc
    .double({ min: Math.log2(least + 1), max: Math.log2(most + 1), noNaN: true })
    .map((power) => Math.min(most, Math.max(least, Math.round(2 ** power) - 1)));
}

export interface RunOptions {
  readonly count: number;
  readonly concurrency: number;
  readonly payloadBytes: number;
  readonly timeout: number;
}

/** Options that are not greater than these. */
export function optionsUpTo(most: RunOptions): fc.Arbitrary<RunOptions> {
  return fc.record({
    count: upTo(1, most.count),
    concurrency: upTo(1, most.concurrency),
    payloadBytes: upTo(0, most.payloadBytes),
    timeout: fc.integer({ min: 5, max: most.timeout }),
  });
}

/** Bundles and the process itself, beside the run. */
const START_MS = 10_000;

/** Makes a run on a healthy broker: its report is valid, its ledger adds up, and no frame is lost. */
export async function checkRun(options: RunOptions, target: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { count, concurrency, payloadBytes, timeout } = options;
  const startedAt = performance.now();
  const end = await SanityProcess.run(
    [
      ...['--count', String(count), '--concurrency', String(concurrency), '--payload-bytes', String(payloadBytes)],
      ...['--timeout', String(timeout), '--json', ...target],
    ],
    env,
  );
  const tookMs = performance.now() - startedAt;
  expect(end.stdout, end.stderr).not.toBe('');
  const report = reportSchema.parse(end.report());
  const { ledger, verdict, reason, exit_code } = report;
  const found = JSON.stringify({ options, verdict, reason, ledger, failed: report.checks.filter((one) => one.code) });
  expect(accountedFor(ledger), found).toBe(ledger.sent);
  expect(ledger.lost, found).toBe(0);
  expect(exit_code).toBe(end.exitCode);
  // On a machine that is too slow for so many requests at the same time, some are late; that is a verdict.
  if (verdict === 'unhealthy') expect(ledger.late + ledger.expired, found).toBeGreaterThan(0);
  if (verdict === 'no_verdict') expect(reason, found).toMatch(/^the time of the run \(\d+ s\) was over: /);
  if (verdict === 'healthy') expect(ledger.never_sent + ledger.undecided, found).toBe(0);
  expect(tookMs, found).toBeLessThan(timeout * 1_000 + RUN_SLACK_MS + patient(START_MS));
  return report;
}
