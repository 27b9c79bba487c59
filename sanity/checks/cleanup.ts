import { fail, pass, skip, warn } from './check.js';
import type { RunCheck } from './run-check.js';
import { finishedRuns } from '../steps/outcome.js';

export const cleanup: RunCheck = {
  id: 'cleanup',
  title: 'consumer groups of the run are deleted',
  step: 'end',
  judge({ outcome, options }) {
    const groups = [...new Map(finishedRuns(outcome).map(({ group }) => [group.name, group])).values()];
    if (groups.length === 0) return undefined;
    if (options.keep) return skip(`--keep: ${groups.map(({ name }) => name).join(', ')} remain`);
    const left = groups.filter((group) => group.outcome === 'left');
    if (left.length === 0) return pass(`${groups.length} groups were deleted by the functions that created them`);
    const evidence = `not deleted: ${left.map(({ name, reason }) => `${name} (${reason ?? 'unknown'})`).join(', ')}`;
    const hint = 'Brokers delete empty groups after a while; on MSK, deleting them needs kafka-cluster:DeleteGroup.';
    // A slow broker recovers; a missing right does not.
    const isDenied = left.some(({ reason }) => reason?.includes('[not_authorized]') === true);
    return isDenied ? fail('not_authorized', evidence, hint) : warn(evidence, hint);
  },
};
