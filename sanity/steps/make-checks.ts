import { runChecks } from '../checks/all-checks.js';
import type { CheckResults } from '../checks/results.js';
import type { StepName } from '../checks/run-check.js';
import type { RunContext } from './context.js';

/** Makes the checks of a step that is over. Those without a finding rest on a check of the step that failed. */
export async function makeChecks(run: RunContext, step: StepName): Promise<void> {
  const { checks } = run;
  for (const check of runChecks) {
    if (check.step !== step || checks.has(check)) continue;
    const finding = await check.judge(run);
    const last = checks.all.at(-1);
    if (finding !== undefined) checks.add(check, finding, finding.ms);
    else if (last?.outcome === 'fail' && check.optional !== true) checks.blocked(check, last);
  }
}

/** Gives each check that was not made its line: the line names the first check that failed or ran out of time. */
export function blockRest(checks: CheckResults): void {
  const cause = checks.failed ?? checks.cutShort;
  if (cause === undefined) return;
  for (const check of runChecks) if (check.optional !== true && !checks.has(check)) checks.blocked(check, cause);
}
