import pc from 'picocolors';
import { checkTable, failedChecks } from '../report/print.js';
import type { PreflightResult } from './preflight.js';

/** The preflight for people: a table of checks like that of a sanity report. */
export function printPreflight({ verdict, checks, exit_code }: PreflightResult, ms: number, colors: boolean): string {
  const c = pc.createColors(colors);
  const seconds = `${(ms / 1000).toFixed(1)} s`;
  const titles = (outcome: string): string[] =>
    checks.filter((one) => one.outcome === outcome).map(({ title }) => title);
  const skipped = titles('skipped').length;
  const left = skipped === 0 ? '' : `, ${skipped} skipped`;
  const failed = failedChecks(titles('fail'));
  const lines = {
    ready: c.green(c.bold(`ready to deploy: ${checks.length} checks in ${seconds}${left}`)),
    not_ready: c.red(c.bold(`a deployment would fail: ${failed} (${seconds}${left}, exit code ${exit_code})`)),
    no_verdict: c.red(c.bold(`no verdict: ${failed} (${seconds}, exit code ${exit_code})`)),
  };
  return [checkTable(checks, c), '', lines[verdict]].join('\n');
}
