import type { Reach } from '../../rehearsal/index.js';
import type { Check, SanityReport } from '../report/schema.js';
import { fail, pass, skip, warn, type CheckHead } from './check.js';
import { resultOf } from './results.js';

/** Checks of a rehearsal, besides those of a stack. */
export const rehearsalChecks = {
  start: { id: 'rehearsal', title: 'Kafka that enforces the IAM policies is running' },
  network: { id: 'network', title: 'security groups allow the functions to reach brokers' },
  least_privilege: { id: 'least_privilege', title: 'every granted right on the run’s topics and groups is used' },
} as const satisfies Record<string, CheckHead>;

export function startCheck(description: string, ms: number): Check {
  return resultOf(rehearsalChecks.start, pass(description), ms);
}

/** What the template says about the network between functions and brokers. A function without access gets no answer. */
export function networkCheck(functions: readonly (Reach & { readonly name: string })[]): Check {
  const head = rehearsalChecks.network;
  const sentences = (may: Reach['may']): string => {
    const some = functions.filter((one) => one.may === may);
    const reasons = [...new Set(some.map(({ why }) => why))];
    const namesFor = (why: string): string => some.flatMap((one) => (one.why === why ? one.name : [])).join(', ');
    return reasons.map((why) => `${namesFor(why)}: ${why}`).join('; ');
  };
  const [cut, unknown] = [sentences('no'), sentences('unknown')];
  if (cut !== '') {
    const hint = 'Add that rule. In AWS, as here, such a function gets no answer from any broker.';
    return resultOf(head, fail('stack_network', cut, hint));
  }
  return resultOf(head, unknown === '' ? pass(sentences('yes')) : skip(`not in the template: ${unknown}`));
}

/** A policy may grant rights on any number of names, and Kafka does not ask for WriteDataIdempotently. */
const NOT_COMPARED = 'other rights on the cluster, and rights on other names, are not compared';

/** Only of a healthy run: one that failed did not reach every right. */
export function leastPrivilege(
  { verdict }: SanityReport,
  neverUsed: readonly { role: string; action: string; resource: string }[],
): Check[] {
  if (verdict !== 'healthy') return [];
  const rights = neverUsed.map(({ role, action, resource }) => `${action} on ${resource || 'the cluster'} (${role})`);
  const finding =
    rights.length === 0
      ? pass(`each that a policy grants was used, and so was Connect; ${NOT_COMPARED}`)
      : warn(
          `granted but never used: ${rights.join('; ')}; ${NOT_COMPARED}`,
          'Remove each from the policy, unless another use of the function needs it.',
        );
  return [resultOf(rehearsalChecks.least_privilege, finding)];
}
