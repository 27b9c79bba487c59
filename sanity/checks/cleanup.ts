import { fail, pass, skip, warn } from './check.js';
import type { RunCheck } from './run-check.js';
import type { Target } from '../targets/target.js';
import { finishedRuns, groupsUnknown } from '../steps/outcome.js';

export const cleanup: RunCheck = {
  id: 'cleanup',
  title: 'consumer groups of the run are deleted',
  step: 'end',
  judge({ outcome, options, target }) {
    const groups = [...new Map(finishedRuns(outcome).map(({ group }) => [group.name, group])).values()];
    const unknown = groupsUnknown(outcome).map((name) => `that of ${name}, which returned no result`);
    if (groups.length + unknown.length === 0) return undefined;
    if (options.keep) {
      const kept = groups.length === 0 ? [] : [`${groups.map(({ name }) => name).join(', ')} remain`];
      const perhaps = unknown.length === 0 ? [] : [`${unknown.join(', ')}, may remain`];
      return skip(`--keep: ${[...kept, ...perhaps].join('; ')}`);
    }
    const left = groups.filter((group) => group.outcome === 'left');
    if (left.length + unknown.length === 0) {
      return pass(`${groups.length} groups were deleted by the functions that created them`);
    }
    const evidence = [
      ...(left.length === 0
        ? []
        : [`not deleted: ${left.map(({ name, reason }) => `${name} (${reason ?? 'unknown'})`).join(', ')}`]),
      ...(unknown.length === 0 ? [] : [`not known whether deleted: ${unknown.join(', ')}`]),
    ].join('; ');
    const hint = `Brokers delete empty groups after a while${deletionNeeds(target)}.`;
    // A slow broker recovers; a missing right does not.
    const isDenied = left.some(({ reason }) => reason?.includes('[not_authorized]') === true);
    return isDenied ? fail('not_authorized', evidence, hint) : warn(evidence, hint);
  },
};

function deletionNeeds({ canBeDenied, user }: Target): string {
  if (!canBeDenied) return '; `easy-pubsub groups delete NAME` deletes them at once';
  return user === undefined
    ? '; on MSK with IAM, deleting them needs kafka-cluster:DeleteGroup'
    : `; deleting them needs an ACL that allows User:${user} Delete on the group`;
}
