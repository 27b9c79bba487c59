import { describe, expect, test } from 'vitest';
import { CheckList, heads } from '../../../sanity/checks/results.js';
import {
  judgeBadRecords,
  judgeCleanup,
  judgeDisposal,
  judgeErrors,
  judgeOrder,
  judgeRequests,
  judgeSplit,
  judgeTopics,
} from '../../../sanity/judge.js';
import { collectResult, publishResult, requestResult, workerResult } from '../results.js';

/** The one check that a judge adds. */
function judged(by: (checks: CheckList) => void, id: string) {
  const checks = new CheckList();
  by(checks);
  return checks.all.find((check) => check.id === id);
}

const partition = { partition: 0, leader: 1, replicas: [1, 2], isr: [1, 2], end: 0 };
const facts = (change: Partial<typeof partition>) => ({
  action: 'positions' as const,
  connect_ms: 3,
  worker: { topic: 'w', partitions: [partition, { ...partition, partition: 1, ...change }] },
  reply_to: { topic: 'r', partitions: [partition] },
});

describe('topics', () => {
  test.each([
    ['all is well', {}, 'pass', /w has 2 partitions, r has 1 partitions/],
    ['a partition without a leader', { leader: -1 }, 'fail', /without a leader: w\/1/],
    ['a replica that is behind', { isr: [1] }, 'warn', /replicas are behind: w\/1/],
  ] as const)('%s', (_, change, outcome, evidence) => {
    const check = judged(
      (checks) => judgeTopics(checks, facts(change as Partial<typeof partition>), 5),
      heads.topics.id,
    );
    expect(check).toMatchObject({ outcome, evidence: expect.stringMatching(evidence) as string });
  });
});

describe('requests', () => {
  test.each([
    ['all answered', { sent: 3, delivered: 3 }, {}, 'pass', /all 3/],
    ['one late', { sent: 3, delivered: 2, late: 1 }, {}, 'fail', /1 late/],
    ['one unanswered', { sent: 3, delivered: 2, unanswered: 1 }, {}, 'fail', /1 unanswered/],
    ['one not sent', { sent: 3, delivered: 2, send_failed: 1 }, {}, 'fail', /1 not sent/],
    ['one wrong', { sent: 3, delivered: 3 }, { wrong: 1 }, 'fail', /1 with a wrong reply/],
    ['one corrupt', { sent: 3, delivered: 3, corrupt: 1 }, {}, 'fail', /1 corrupt/],
    ['one missing without a word', { sent: 3, delivered: 2 }, {}, 'fail', /of 3 requests 2/],
    ['one twice', { sent: 3, delivered: 3, duplicate: 1 }, {}, 'warn', /1 replies came twice/],
  ] as const)('%s', (_, ledger, more, outcome, evidence) => {
    const results = [requestResult({ sent: 1, delivered: 1 }), requestResult(ledger, more)];
    const check = judged(
      (checks) => judgeRequests(checks, heads.round_trips, results.slice(1), 5),
      heads.round_trips.id,
    );
    expect(check).toMatchObject({ outcome, evidence: expect.stringMatching(evidence) as string });
    // Each step counts: the other one was well.
    const both = judged((checks) => judgeRequests(checks, heads.round_trips, results, 5), heads.round_trips.id);
    expect(both?.outcome).toBe(outcome);
  });
});

test.each([
  [0, 'pass'],
  [2, 'fail'],
] as const)('order: %i disordered', (disordered, outcome) => {
  expect(judged((checks) => judgeOrder(checks, [requestResult({}, { disordered })], 0), heads.order.id)?.outcome).toBe(
    outcome,
  );
});

test.each([
  ['both come', { planned_failure: 3 }, { unknown_command: 1 }, 0, 'pass'],
  ['one is missing', { planned_failure: 2 }, { unknown_command: 1 }, 0, 'fail'],
  ['another code', { planned_failure: 3 }, { handler_failed: 1 }, 0, 'fail'],
  ['an ordinary reply', { planned_failure: 3 }, { unknown_command: 1 }, 1, 'fail'],
] as const)('error replies: %s', (_, failing, unknown, wrong, outcome) => {
  const check = judged(
    (checks) =>
      judgeErrors(
        checks,
        [
          requestResult({ sent: 3, delivered: 3 }, { reply_codes: failing, wrong }),
          requestResult({ sent: 1, delivered: 1 }, { reply_codes: unknown }),
        ],
        0,
      ),
    heads.error_reply.id,
  );
  expect(check?.outcome).toBe(outcome);
});

test.each([
  ['all collected', { sent: 4 }, { delivered: 4 }, 'pass', /4 frames/],
  ['one lost', { sent: 4 }, { delivered: 3 }, 'fail', /1 lost/],
  ['one late', { sent: 4 }, { delivered: 3, late: 1 }, 'fail', /1 late/],
  ['one not sent', { sent: 3, send_failed: 1 }, { delivered: 3 }, 'fail', /1 not sent/],
  ['one twice', { sent: 4 }, { delivered: 4, duplicate: 1 }, 'warn', /1 came twice/],
] as const)('split flow: %s', (_, published, collected, outcome, evidence) => {
  const check = judged(
    (checks) => judgeSplit(checks, publishResult(published), collectResult(collected), 0),
    heads.split_flow.id,
  );
  expect(check).toMatchObject({ outcome, evidence: expect.stringMatching(evidence) as string });
});

test.each([
  ['all told', [0, 1], 5, 'pass'],
  ['one unseen', [0], 5, 'fail'],
  ['the worker stopped', [0, 1], 4, 'fail'],
] as const)('bad records: %s', (_, offsets, delivered, outcome) => {
  const at = (offset: number) => ({ topic: 'w', partition: 0, offset });
  const check = judged(
    (checks) =>
      judgeBadRecords(
        checks,
        publishResult({ bad_records: [at(0), at(1)] }),
        workerResult({}, { bad_records: offsets.map((offset) => ({ position: at(offset), reason: 'x' })) }),
        requestResult({ sent: 5, delivered }),
        0,
      ),
    heads.bad_records.id,
  );
  expect(check?.outcome).toBe(outcome);
});

test('disposal: a slow one is named', () => {
  const slow = [
    { name: 'publisher', dispose_ms: 20 },
    { name: 'worker', dispose_ms: 1_500 },
  ];
  expect(judged((checks) => judgeDisposal(checks, slow), heads.disposal.id)).toMatchObject({
    outcome: 'warn',
    evidence: expect.stringContaining('1500 ms (worker)') as string,
  });
  expect(judged((checks) => judgeDisposal(checks, slow.slice(0, 1)), heads.disposal.id)?.outcome).toBe('pass');
});

test('cleanup: what is left is named, and --keep is no failure', () => {
  const fates = [
    { name: 'a', fate: 'deleted' },
    { name: 'b', fate: 'left', reason: 'denied' },
  ];
  const of = (some: typeof fates, keep: boolean) =>
    judged((checks) => judgeCleanup(checks, some, keep), heads.cleanup.id);
  expect(of(fates.slice(0, 1), false)?.outcome).toBe('pass');
  expect(of(fates, false)).toMatchObject({
    outcome: 'warn',
    evidence: expect.stringContaining('b (denied)') as string,
  });
  expect(of(fates, true)?.outcome).toBe('skipped');
  // A right that is missing does not pass by itself.
  const denied = [{ name: 'b', fate: 'left', reason: '[not_authorized] the brokers denied access to group b' }];
  expect(of(denied, false)).toMatchObject({ outcome: 'fail', code: 'not_authorized' });
});
