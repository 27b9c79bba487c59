import { expect, test } from 'vitest';
import type { MatrixRow } from '../../../sanity/negative/compare.js';
import { printMatrix } from '../../../sanity/negative/print.js';
import { matrixReport, type MatrixReport } from '../../../sanity/negative/report.js';

const ROLE = 'arn:aws:iam::111122223333:role/worker';
const taken: MatrixRow = {
  row: 1,
  removed: {
    function: 'worker',
    role: ROLE,
    action: 'kafka-cluster:AlterGroup',
    kind: 'group',
    resource: 'arn:aws:kafka:eu-west-1:111122223333:group/c/u/Stack-worker-*',
  },
  failed: 'function_worker',
  client_cause: [
    {
      function: 'worker',
      role: ROLE,
      action: 'kafka-cluster:AlterGroup',
      resource: { type: 'group', name: 'Stack-worker-r1' },
    },
  ],
  broker_evidence: {
    denied: [{ role: ROLE, action: 'kafka-cluster:AlterGroup', resource: 'Stack-worker-r1', requests: ['JoinGroup'] }],
    never_used: [],
  },
  ms: 2_345,
  wrong: [],
};
const control: MatrixRow = {
  row: 2,
  removed: undefined,
  failed: undefined,
  client_cause: [],
  broker_evidence: { denied: [], never_used: [] },
  ms: 3_000,
  wrong: [],
};

function reportOf(rows: readonly MatrixRow[]): MatrixReport {
  return matrixReport({
    rows,
    seed: 's1',
    stackName: 'Stack',
    template: 'synthesized',
    place: {
      region: 'eu-west-1',
      account: '111122223333',
      taken_from: { region: 'manifest', account: 'manifest' },
    },
    version: '0.1.0',
    ms: 6_000.4,
    settings: { groupInitialRebalanceDelayMs: 0, variables: { PUBSUB_RETRY_DENIED_MS: '0' } },
  });
}

test('a line for each row, the differences from MSK, and how many rows are correct', () => {
  const lines = printMatrix(reportOf([taken, control]), false).split('\n');
  expect(lines[1]).toMatch(
    /^ +1 +worker +AlterGroup +Stack-worker-\* +function_worker +worker lacks AlterGroup +AlterGroup \(JoinGroup\) +2345 +✓$/,
  );
  expect(lines[2]).toMatch(/^ +2 +– +none: a control +nothing +nothing +nothing +3000 +✓$/);
  expect(lines.slice(-3)).toEqual([
    'assumed place of Stack: eu-west-1 and account 111122223333 (from manifest.json)',
    'Stack in 6 s, with group.initial.rebalance.delay.ms=0 (MSK: 3000) and PUBSUB_RETRY_DENIED_MS=0 (denials are final)',
    '2 of 2 rows correct (seed s1)',
  ]);
});

test('the faults of a wrong row are listed below it', () => {
  const report = reportOf([{ ...taken, wrong: ['the client does not name the right'] }, control]);
  const lines = printMatrix(report, false).split('\n');
  expect(lines[1]).toMatch(/✗$/);
  expect(lines[2]).toMatch(/→ the client does not name the right$/);
  expect(lines.at(-1)).toBe('1 of 2 rows correct (seed s1)');
  expect(report.exit_code).toBe(1);
});

test('as JSON, every row has the removed right, both reports, and the faults', () => {
  const report = JSON.parse(JSON.stringify(reportOf([taken, control]))) as MatrixReport;
  expect(report).toMatchObject({ kind: 'negative_matrix', exit_code: 0, right: 2, ms: 6_000, seed: 's1' });
  expect(report.rows).toEqual([taken, { ...control, removed: null, failed: null }]);
});
