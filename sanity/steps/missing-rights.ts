import type { RightsResult } from '../../lambda/runtime/rights.js';
import { functionNames } from '../../lambda/functions.js';
import { failureOf } from '../answer-failure.js';
import { heads } from '../check-list.js';
import { grantHint, missingRights, sayMissing, type FunctionRights } from '../missing-rights.js';
import type { RunContext } from './context.js';

/**
 * The last step of a run that failed where rights are needed: asks each function, from where it runs and with what it
 * logs in with, which right it lacks. A client's errors alone name a topic or a group at best, and never the action.
 */
export async function findMissingRights(context: RunContext): Promise<void> {
  const { checks, outcome, plan, target } = context;
  if (!target.mayBeDenied || outcome.unreachable || checks.failed === undefined) return;
  context.say('the functions to tell what they may do');
  const startedAt = performance.now();
  const asked: FunctionRights[] = [];
  const unasked: string[] = [];
  for (const name of functionNames) {
    const answer = await context.invoke(name, plan.rights);
    const role = target.roles?.[name];
    if (answer.ok) asked.push({ name, role, findings: (answer.result as RightsResult).findings });
    else unasked.push(`${name} could not tell (${failureOf(answer).evidence})`);
  }
  const ms = performance.now() - startedAt;
  const missing = asked.flatMap(missingRights);
  outcome.client_cause = missing;
  const evidence = [...missing.map(sayMissing), ...unasked].join('; ');
  if (missing.length > 0) {
    // The brokers' own answer leaves open which of several rights it is; that of the cleanup does not.
    checks.advise(
      ({ id, code }) => code === 'not_authorized' && id !== heads.cleanup.id,
      `The check “${heads.rights.title}” names the right that is missing.`,
    );
    checks.fail(heads.rights, ms, { code: 'not_authorized', evidence, hint: grantHint(target) });
  } else if (unasked.length > 0) {
    checks.warn(heads.rights, ms, evidence, 'Rights may be missing or not: look at these functions’ logs.');
  } else {
    checks.pass(
      heads.rights,
      ms,
      `no right is missing: ${asked.map(({ name }) => name).join(', ')} have what they need`,
    );
  }
}
