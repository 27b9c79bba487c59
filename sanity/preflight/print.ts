import pc from 'picocolors';
import { checkTable } from '../report/print.js';
import type { PreflightResult } from './preflight.js';

/** The preflight for people, in the same shape as a sanity report's checks. */
export function printPreflight({ verdict, checks, exit_code }: PreflightResult, ms: number, colors: boolean): string {
  const c = pc.createColors(colors);
  const seconds = `${(ms / 1000).toFixed(1)} s`;
  const titles = (outcome: string): string[] =>
    checks.filter((one) => one.outcome === outcome).map(({ title }) => title);
  const skipped = titles('skipped').length;
  const unseen = skipped === 0 ? '' : `, ${skipped} not looked at`;
  const lines = {
    ready: c.green(c.bold(`ready to deploy: ${checks.length} checks in ${seconds}${unseen}`)),
    not_ready: c.red(
      c.bold(`a deploy would fail: ${titles('fail').join('; ')} (${seconds}${unseen}, exit code ${exit_code})`),
    ),
    no_verdict: c.red(c.bold(`no verdict: ${titles('fail').join('; ')} (${seconds}, exit code ${exit_code})`)),
  };
  return [checkTable(checks, c), '', lines[verdict]].join('\n');
}
