import { describe, expect, test } from 'vitest';
import type { RemovedRight } from '../../../sanity/negative/rows.js';
import { compareRow, firstChecks, type JudgedReport } from '../../../sanity/negative/compare.js';

const ROLE = 'arn:aws:iam::111122223333:role/worker';
const OTHER = 'arn:aws:iam::111122223333:role/publisher';
const GROUP = 'arn:aws:kafka:eu-west-1:111122223333:group/c/u/Stack-worker-*';
const TOPIC = 'arn:aws:kafka:eu-west-1:111122223333:topic/c/u/reply_to';

const removed: RemovedRight = {
  function: 'worker',
  role: ROLE,
  action: 'kafka-cluster:AlterGroup',
  kind: 'group',
  resource: GROUP,
};
const cause = {
  function: 'worker' as const,
  role: ROLE,
  action: 'kafka-cluster:AlterGroup',
  resource: { type: 'group' as const, name: 'Stack-worker-r1' },
};
const denial = { role: ROLE, action: 'kafka-cluster:AlterGroup', resource: 'Stack-worker-r1', requests: ['JoinGroup'] };

function failedAt(id: string): JudgedReport['checks'] {
  const head = { title: '', ms: 1, evidence: '', hint: '' };
  return [
    { ...head, id: 'topics', outcome: 'pass' },
    { ...head, id, outcome: 'fail' },
    { ...head, id: 'rights', outcome: 'fail' },
  ];
}

const named: JudgedReport = {
  verdict: 'unhealthy',
  exit_code: 1,
  checks: failedAt('function_worker'),
  client_cause: [cause],
  broker_evidence: { denied: [denial], never_used: [] },
  ms: 1_000,
};
const wrongOf = (report: JudgedReport, taken: RemovedRight | undefined = removed): readonly string[] =>
  compareRow({ row: 1, removed: taken }, report).wrong;

test('a row is correct if the check, the client and the broker name the removed right', () => {
  expect(compareRow({ row: 7, removed }, named)).toEqual({
    row: 7,
    removed,
    failed: 'function_worker',
    client_cause: [cause],
    broker_evidence: named.broker_evidence,
    ms: 1_000,
    wrong: [],
  });
});

describe('a row is wrong', () => {
  const also = { ...cause, resource: { ...cause.resource, name: 'x' } };
  test.each<[string, JudgedReport, string[]]>([
    [
      'when the run is healthy',
      { ...named, verdict: 'healthy', exit_code: 0, checks: [] },
      ['the verdict is healthy', 'failed at no check, not at function_worker'],
    ],
    ['when there is no verdict', { ...named, verdict: 'no_verdict', exit_code: 2 }, ['the verdict is no_verdict']],
    ['when the exit code does not say so', { ...named, exit_code: 0 }, ['the verdict is unhealthy']],
    [
      'when another step fails first',
      { ...named, checks: failedAt('worker_ready') },
      ['failed at worker_ready, not at function_worker'],
    ],
    ['when the client names nothing', { ...named, client_cause: [] }, ['the client does not name the right']],
    [
      'when the client was not asked',
      (({ client_cause: _, ...rest }) => rest)(named),
      ['the client does not name the right'],
    ],
    [
      'when the client names another action',
      { ...named, client_cause: [{ ...cause, action: 'kafka-cluster:ReadData' }] },
      ['the client does not name the right', 'the client also names worker kafka-cluster:ReadData Stack-worker-r1'],
    ],
    [
      'when the client names another role',
      { ...named, client_cause: [{ ...cause, role: OTHER }] },
      ['the client does not name the right', 'the client also names worker kafka-cluster:AlterGroup Stack-worker-r1'],
    ],
    [
      'when the client names another function',
      { ...named, client_cause: [{ ...cause, function: 'publisher' }] },
      [
        'the client does not name the right',
        'the client also names publisher kafka-cluster:AlterGroup Stack-worker-r1',
      ],
    ],
    [
      'when the client names another right too',
      { ...named, client_cause: [cause, also] },
      ['the client also names worker kafka-cluster:AlterGroup x'],
    ],
    [
      'when the broker denied nothing',
      { ...named, broker_evidence: { denied: [], never_used: [] } },
      ['the broker’s log does not name the right'],
    ],
    [
      'when the broker’s log was not read',
      (({ broker_evidence: _, ...rest }) => rest)(named),
      ['the broker’s log does not name the right'],
    ],
    [
      'when the broker denied something else',
      { ...named, broker_evidence: { denied: [{ ...denial, action: 'kafka-cluster:ReadData' }], never_used: [] } },
      ['the broker’s log does not name the right', 'the broker denied other things too'],
    ],
    [
      'when the broker denied another role too',
      { ...named, broker_evidence: { denied: [denial, { ...denial, role: OTHER }], never_used: [] } },
      ['the broker denied other things too'],
    ],
  ])('%s', (_name, report, wrong) => {
    expect(wrongOf(report)).toEqual(wrong);
  });
});

test('names of groups match the prefix in the policy, and names of topics must be equal', () => {
  const elsewhere = { ...named, client_cause: [{ ...cause, resource: { ...cause.resource, name: 'Stack-other-r1' } }] };
  expect(wrongOf(elsewhere)).toContain('the client does not name the right');
  const write: RemovedRight = { ...removed, action: 'kafka-cluster:WriteData', kind: 'topic', resource: TOPIC };
  const report = (name: string): JudgedReport => ({
    ...named,
    client_cause: [{ ...cause, action: write.action, resource: { type: 'topic', name } }],
    broker_evidence: { denied: [{ ...denial, action: write.action, resource: name }], never_used: [] },
  });
  expect(wrongOf(report('reply_to'), write)).toEqual([]);
  expect(wrongOf(report('reply_to2'), write)).toHaveLength(4);
});

test('Connect is about the cluster, which has no name', () => {
  const connect: RemovedRight = {
    ...removed,
    action: 'kafka-cluster:Connect',
    kind: 'cluster',
    resource: 'arn:aws:kafka:eu-west-1:111122223333:cluster/c/u',
  };
  const report: JudgedReport = {
    ...named,
    client_cause: [{ ...cause, action: connect.action, resource: { type: 'cluster', name: '' } }],
    broker_evidence: { denied: [{ ...denial, action: connect.action, resource: '' }], never_used: [] },
  };
  expect(wrongOf(report, connect)).toEqual([]);
});

describe('a control', () => {
  const healthy: JudgedReport = {
    verdict: 'healthy',
    exit_code: 0,
    checks: [],
    broker_evidence: { denied: [], never_used: [] },
    ms: 1,
  };
  const control = (report: JudgedReport): readonly string[] => compareRow({ row: 1, removed: undefined }, report).wrong;
  test('is correct if it is healthy and nothing was denied', () => {
    expect(control(healthy)).toEqual([]);
  });
  test('is wrong when it is unhealthy', () => {
    expect(control(named)).toEqual([
      'a control is unhealthy (function_worker)',
      'the broker denied kafka-cluster:AlterGroup on Stack-worker-r1',
    ]);
  });
  test('is wrong when the broker denied a request', () => {
    const denied = [{ ...denial, action: 'kafka-cluster:Connect', resource: '' }];
    expect(control({ ...healthy, broker_evidence: { denied, never_used: [] } })).toEqual([
      'the broker denied kafka-cluster:Connect on the cluster',
    ]);
  });
});

test.each([
  ['publisher', 'Connect', 'broker_reachable'],
  ['publisher', 'DescribeTopic', 'topics'],
  ['publisher', 'WriteData', 'worker_ready'],
  ['publisher', 'DeleteGroup', 'cleanup'],
  ['worker', 'Connect', 'function_worker'],
  ['worker', 'DeleteGroup', 'cleanup'],
  ['reply_to', 'ReadData', 'function_reply_to'],
] as const)('the first step that needs the %s’s %s is %s', (name, action, step) => {
  expect(firstChecks({ ...removed, function: name, action: `kafka-cluster:${action}` })).toEqual([step]);
});
