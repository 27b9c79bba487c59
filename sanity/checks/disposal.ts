import { pass, warn } from './check.js';
import type { RunCheck } from './run-check.js';
import { finishedRuns } from '../steps/outcome.js';

/** A healthy broker needs half of this. */
const LIMIT_MS = 1_000;

export const disposal: RunCheck = {
  id: 'disposal',
  title: `clients that joined a group close within ${LIMIT_MS / 1_000} s`,
  step: 'end',
  judge({ outcome }) {
    const runs = finishedRuns(outcome);
    const [slowest] = runs.toSorted((one, other) => other.dispose_ms - one.dispose_ms);
    if (slowest === undefined) return undefined;
    const { name, dispose_ms: ms } = slowest;
    const evidence = `the slowest of ${runs.length} invocations took ${ms} ms (${name}); the limit is ${LIMIT_MS} ms`;
    if (ms <= LIMIT_MS) return { ...pass(evidence), ms };
    return { ...warn(evidence, 'A broker may be slow to answer LeaveGroup requests.'), ms };
  },
};
