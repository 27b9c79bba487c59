import { expect, test } from 'vitest';
import { CheckResults } from '../../../sanity/checks/results.js';
import { buildReport } from '../../../sanity/report/build.js';
import { withNetwork } from '../../../sanity/runs/rehearsal.js';

const report = buildReport(
  {
    runId: 'run',
    startedAt: new Date(0),
    ms: 1,
    target: { kind: 'rehearsal', clocks: 'one_host', description: 'a stack' },
    config: {},
    versions: { easy_pubsub: '1', node: 'v20', kafka: null },
  },
  new CheckResults(),
  undefined,
);

test('a run without a verdict has its reason, also in a rehearsal', () => {
  expect(withNetwork(report, { outcome: 'pass' })).toMatchObject({
    verdict: 'no_verdict',
    exit_code: 2,
    reason: 'the run could not start',
  });
});

test('if the network of the stack is the cause, the verdict is unhealthy, and there is no other reason', () => {
  expect(withNetwork(report, { outcome: 'fail' })).toMatchObject({
    verdict: 'unhealthy',
    exit_code: 1,
    reason: undefined,
  });
});
