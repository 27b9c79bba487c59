import { expect, test } from 'vitest';
import { grantHint, missingRights, missingSentence } from '../../../sanity/checks/rights.js';
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

test('the hint about a new policy is given in AWS, but not if every policy is in effect', () => {
  expect(grantHint({})).toContain('within about a minute');
  expect(grantHint({ rightsInForce: true })).toBe('Grant it to the role, in the template.');
});
