import { expect, test } from 'vitest';
import { fail } from '../../../sanity/checks/check.js';
import { CheckResults } from '../../../sanity/checks/results.js';
import {
  grantHint,
  missingRights,
  missingSentence,
  rights,
  type FunctionRights,
} from '../../../sanity/checks/rights.js';
import { topics } from '../../../sanity/checks/topics.js';
import { defaultOptions } from '../../../sanity/options.js';
import { RunContext } from '../../../sanity/steps/context.js';
import type { RightFinding } from '../../../src/kafka/admin/rights.js';

const ROLE = 'arn:aws:iam::111122223333:role/worker';
const finding = (right: RightFinding['right'], on: string, answer: RightFinding['answer']): RightFinding => ({
  right,
  on,
  answer,
  evidence: '',
});

test('only denied rights are reported as missing, not granted or unknown ones', () => {
  const findings = [
    finding('ReadData', 'worker', 'granted'),
    finding('WriteData', 'reply_to', 'denied'),
    finding('DescribeGroup', 'g', 'unknown'),
  ];
  expect(missingRights({ name: 'worker', role: ROLE, findings })).toEqual([
    {
      function: 'worker',
      role: ROLE,
      action: 'kafka-cluster:WriteData',
      resource: { type: 'topic', name: 'reply_to' },
    },
  ]);
});

test.each([
  ['Connect', 'cluster'],
  ['DescribeTopic', 'topic'],
  ['ReadData', 'topic'],
  ['WriteData', 'topic'],
  ['DescribeGroup', 'group'],
  ['AlterGroup', 'group'],
  ['DeleteGroup', 'group'],
] as const)('%s is about a %s', (right, type) => {
  const [missing] = missingRights({ name: 'worker', role: undefined, findings: [finding(right, 'x', 'denied')] });
  expect(missing).toMatchObject({ role: null, action: `kafka-cluster:${right}`, resource: { type } });
});

test('a sentence names the function, its role if known, the action and the resource', () => {
  const lacks = (right: RightFinding['right'], on: string, of: string | undefined): string[] =>
    missingRights({ name: 'worker', role: of, findings: [finding(right, on, 'denied')] }).map(missingSentence);
  expect(lacks('WriteData', 'reply_to', ROLE)).toEqual([
    `the worker function (role ${ROLE}) lacks kafka-cluster:WriteData on topic reply_to`,
  ]);
  expect(lacks('Connect', '', undefined)).toEqual(['the worker function lacks kafka-cluster:Connect on the cluster']);
});

/** The check, made on functions that found this out about their rights. */
async function judged(findings: Partial<Record<FunctionRights['name'], RightFinding[]>>) {
  const checks = new CheckResults();
  checks.add(topics, fail('not_authorized', 'denied', ''));
  const run = new RunContext({
    runId: 'run',
    target: {
      kind: 'stack',
      clocks: 'several',
      canBeDenied: true,
      mayPlant: true,
      invoke: (name) => Promise.resolve({ ok: true, result: { findings: findings[name] ?? [] }, ms: 1, log: [] }),
      stop: () => Promise.resolve(),
    },
    options: defaultOptions,
    checks,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  return { finding: await rights.judge(run), cause: run.outcome.client_cause };
}

const broke = (right: RightFinding['right'], on: string): RightFinding => ({
  ...finding(right, on, 'unknown'),
  evidence: 'the connection was closed',
});

test('a right that could not be asked for does not count as present', async () => {
  const worker = [finding('Connect', '', 'granted'), broke('WriteData', 'reply_to'), broke('AlterGroup', 'g')];
  expect(await judged({ worker })).toMatchObject({
    finding: {
      outcome: 'warn',
      evidence:
        'worker could not ask for kafka-cluster:WriteData on reply_to, kafka-cluster:AlterGroup on g (the connection was closed)',
    },
    cause: [],
  });
  expect(await judged({ worker: worker.slice(0, 1) })).toMatchObject({ finding: { outcome: 'pass' } });
});

test('a right that could not be asked for is named beside a missing one', async () => {
  const worker = [finding('WriteData', 'reply_to', 'denied'), broke('AlterGroup', 'g')];
  const { finding: found, cause } = await judged({ worker });
  expect(found).toMatchObject({ outcome: 'fail', code: 'not_authorized' });
  expect(found?.evidence).toMatch(/lacks kafka-cluster:WriteData on topic reply_to; worker could not ask for .* on g/);
  expect(cause).toHaveLength(1);
});

test('without a login, only the login is named', async () => {
  const worker = [finding('Connect', '', 'denied'), finding('ReadData', 'worker', 'unknown')];
  const { finding: found } = await judged({ worker });
  expect(found?.evidence).toBe('the worker function lacks kafka-cluster:Connect on the cluster');
});

test('the hint about a new policy is given in AWS, but not if every policy is in effect', () => {
  expect(grantHint({})).toContain('within about a minute');
  expect(grantHint({ rightsInForce: true })).toBe('Grant it to the role, in the template.');
});
