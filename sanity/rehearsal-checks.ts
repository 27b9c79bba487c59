import type { Reach } from '../rehearsal/index.js';
import type { CheckHead } from './check-list.js';
import type { check, sanity_report } from './report.js';

/** What is checked of a rehearsal besides what is checked of a stack. */
const rehearsalHeads = {
  start: { id: 'rehearsal', title: 'a Kafka that enforces the policies' },
  network: { id: 'network', title: 'the functions may reach the brokers' },
  least_privilege: { id: 'least_privilege', title: 'no right is granted in vain' },
} as const satisfies Record<string, CheckHead>;

export function startCheck(description: string, ms: number): check {
  return {
    ...rehearsalHeads.start,
    outcome: 'pass',
    ms: Math.round(ms),
    evidence: description,
    hint: '',
  };
}

/** What the template says of the functions' way to the brokers; a function that has none gets no answer from them. */
export function networkCheck(functions: readonly (Reach & { readonly name: string })[]): check {
  const head = rehearsalHeads.network;
  const sentences = (may: Reach['may']): string => {
    const some = functions.filter((one) => one.may === may);
    const reasons = [...new Set(some.map(({ why }) => why))];
    const namesFor = (why: string): string => some.flatMap((one) => (one.why === why ? one.name : [])).join(', ');
    return reasons.map((why) => `${namesFor(why)}: ${why}`).join('; ');
  };
  const [cut, unknown] = [sentences('no'), sentences('unknown')];
  if (cut !== '') {
    const hint = 'Add that rule. In AWS, as here, such a function gets no answer from any broker.';
    return { ...head, outcome: 'fail', ms: 0, code: 'connection_timeout', evidence: cut, hint };
  }
  if (unknown !== '')
    return { ...head, outcome: 'skipped', ms: 0, evidence: `not in the template: ${unknown}`, hint: '' };
  return { ...head, outcome: 'pass', ms: 0, evidence: sentences('yes'), hint: '' };
}

/** A run that failed has left rights unused; a healthy one needed all that it was granted, or says which it did not. */
export function leastPrivilege(
  { verdict }: sanity_report,
  never_used: readonly { role: string; action: string; resource: string }[],
): check[] {
  if (verdict !== 'healthy') return [];
  const head = rehearsalHeads.least_privilege;
  if (never_used.length === 0) {
    return [{ ...head, outcome: 'pass', ms: 0, evidence: 'every right that a policy grants was used', hint: '' }];
  }
  const rights = never_used.map(({ role, action, resource }) => `${action} on ${resource || 'the cluster'} (${role})`);
  return [
    {
      ...head,
      outcome: 'warn',
      ms: 0,
      evidence: `granted but never used: ${rights.join('; ')}`,
      hint: 'Take it out of the policy, unless something needs it that a sanity run does not do.',
    },
  ];
}
