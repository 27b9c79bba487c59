import { describe, expect, test } from 'vitest';
import { answeredFinding } from '../../../sanity/checks/answered.js';
import { badRecords } from '../../../sanity/checks/bad-records.js';
import { cleanup } from '../../../sanity/checks/cleanup.js';
import { disposal } from '../../../sanity/checks/disposal.js';
import { errorReplies } from '../../../sanity/checks/error-replies.js';
import { order } from '../../../sanity/checks/order.js';
import { CheckResults } from '../../../sanity/checks/results.js';
import { roundTrips } from '../../../sanity/checks/round-trips.js';
import type { RunCheck } from '../../../sanity/checks/run-check.js';
import { splitFlow } from '../../../sanity/checks/split-flow.js';
import { topics } from '../../../sanity/checks/topics.js';
import { workerFunction } from '../../../sanity/checks/worker-function.js';
import { defaultOptions, type SanityOptions } from '../../../sanity/options.js';
import { RunTime } from '../../../sanity/steps/run-time.js';
import { RunContext } from '../../../sanity/steps/context.js';
import type { RunOutcome } from '../../../sanity/steps/outcome.js';
import type { Target } from '../../../sanity/targets/target.js';
import { collectResult, publishResult, requestResult, workerResult } from '../results.js';

const target: Target = {
  kind: 'local',
  clocks: 'one_host',
  canBeDenied: false,
  mayPlant: true,
  invoke: () => Promise.reject(new Error('this check invokes no function')),
  stop: () => Promise.resolve(),
};

/** What a check finds in a run that has found out these things. */
function found(check: RunCheck, outcome: Partial<RunOutcome>, options: Partial<SanityOptions> = {}, on = target) {
  const run = new RunContext({
    runId: 'run',
    target: on,
    options: { ...defaultOptions, ...options },
    checks: new CheckResults(),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  Object.assign(run.outcome, outcome);
  return check.judge(run);
}

const matching = (pattern: RegExp): string => expect.stringMatching(pattern) as string;

const partition = { partition: 0, leader: 1, replicas: [1, 2], isr: [1, 2], end: 0 };

describe('topics', () => {
  test.each([
    ['all partitions have leaders and replicas in sync', {}, 'pass', /w has 2 partitions, r has 1 partitions/],
    ['a partition without a leader', { leader: -1 }, 'fail', /without a leader: w\/1/],
    ['a replica that is behind', { isr: [1] }, 'warn', /replicas are out of sync: w\/1/],
  ])('%s', (_, change, outcome, evidence) => {
    const result = {
      action: 'positions' as const,
      connect_ms: 3,
      worker: { topic: 'w', partitions: [partition, { ...partition, partition: 1, ...change }] },
      reply_to: { topic: 'r', partitions: [partition] },
    };
    expect(found(topics, { positions: { result, ms: 5 } })).toMatchObject({ outcome, evidence: matching(evidence) });
  });
});

describe('requests', () => {
  test.each([
    ['all answered', { sent: 3, delivered: 3 }, {}, 'pass', /all 3/],
    ['one late', { sent: 3, delivered: 2, late: 1 }, {}, 'fail', /1 late/],
    ['one unanswered', { sent: 3, delivered: 2, unanswered: 1 }, {}, 'fail', /1 unanswered/],
    ['one not acknowledged', { sent: 3, delivered: 2, send_failed: 1 }, {}, 'fail', /1 not acknowledged/],
    ['one wrong', { sent: 3, delivered: 3 }, { wrong: 1 }, 'fail', /1 with a wrong reply/],
    ['one corrupt', { sent: 3, delivered: 3, corrupt: 1 }, {}, 'fail', /1 corrupt/],
    ['one missing without a reason', { sent: 3, delivered: 2 }, {}, 'fail', /2 of 3 requests/],
    ['one answered twice', { sent: 3, delivered: 3, duplicate: 1 }, {}, 'warn', /1 replies arrived twice/],
  ])('%s', (_, ledger, more, outcome, evidence) => {
    const result = requestResult(ledger, more);
    expect(answeredFinding([result], new RunTime(60_000))).toMatchObject({ outcome, evidence: matching(evidence) });
    // Every invocation of the step counts.
    const results = [requestResult({ sent: 1, delivered: 1 }), result];
    expect(found(roundTrips, { roundTrips: { results, ms: 5, complete: true } })).toMatchObject({ outcome, ms: 5 });
  });

  test('a check is not made before all invocations were answered', () => {
    const facts = { results: [requestResult({ sent: 1, delivered: 1 })], ms: 5, complete: false };
    expect(found(roundTrips, { roundTrips: facts })).toBeUndefined();
    expect(found(order, { roundTrips: facts })).toBeUndefined();
  });
});

test.each([
  [0, 'pass'],
  [2, 'fail'],
])('order: %i disordered', (disordered, outcome) => {
  const facts = { results: [requestResult({ delivered: 5 }, { disordered })], ms: 0, complete: true };
  expect(found(order, { roundTrips: facts })).toMatchObject({ outcome });
});

test('order: not judged if no request was answered', () => {
  const facts = { results: [requestResult({ sent: 5, unanswered: 5 })], ms: 0, complete: true };
  expect(found(order, { roundTrips: facts })).toBeUndefined();
});

test.each([
  ['both arrive', { planned_failure: 3 }, { unknown_command: 1 }, 0, 'pass'],
  ['one is missing', { planned_failure: 2 }, { unknown_command: 1 }, 0, 'fail'],
  ['another code', { planned_failure: 3 }, { handler_failed: 1 }, 0, 'fail'],
  ['the codes are swapped', { unknown_command: 3 }, { planned_failure: 1 }, 0, 'fail'],
  ['an ordinary reply', { planned_failure: 3 }, { unknown_command: 1 }, 1, 'fail'],
])('error replies: %s', (_, failing, unknown, wrong, outcome) => {
  const errors = [
    requestResult({ sent: 3, delivered: 3 }, { reply_codes: failing, wrong }),
    requestResult({ sent: 1, delivered: 1 }, { reply_codes: unknown }),
  ];
  expect(found(errorReplies, { replies: { several: requestResult(), errors, ms: 0 } })).toMatchObject({ outcome });
});

test.each([
  ['all collected', { sent: 4 }, { delivered: 4 }, 'pass', /4 frames/],
  ['one unanswered', { sent: 4 }, { delivered: 3 }, 'fail', /1 unanswered/],
  ['one late', { sent: 4 }, { delivered: 3, late: 1 }, 'fail', /1 late/],
  ['one not acknowledged', { sent: 3, send_failed: 1 }, { delivered: 3 }, 'fail', /1 not acknowledged/],
  ['one collected twice', { sent: 4 }, { delivered: 4, duplicate: 1 }, 'warn', /1 arrived twice/],
])('split flow: %s', (_, published, ledger, outcome, evidence) => {
  const split = { collected: collectResult(ledger), collectMs: 1, published: publishResult(published), ms: 1 };
  expect(found(splitFlow, { split })).toMatchObject({ outcome, evidence: matching(evidence) });
});

describe('invalid records', () => {
  const at = (offset: number) => ({ topic: 'w', partition: 0, offset });
  test.each([
    ['all reported', [0, 1], 5, 'pass'],
    ['one not reported', [0], 5, 'fail'],
    ['the worker stopped', [0, 1], 4, 'fail'],
    ['one of another program', [0, 1, 7], 5, 'warn'],
  ])('%s', (_, offsets, delivered, outcome) => {
    const bad = { planted: [at(0), at(1)], after: requestResult({ sent: 5, delivered }), ms: 0 };
    const reported = offsets.map((offset) => ({ position: at(offset), reason: 'x' }));
    const worker = workerResult({}, { bad_records: reported });
    expect(found(badRecords, { bad, worker })).toMatchObject({ outcome });
  });

  test('of others are counted, also those that the worker did not list', () => {
    const bad = { planted: [at(0), at(1)], after: requestResult({ sent: 5, delivered: 5 }), ms: 0 };
    const reported = Array.from({ length: 100 }, (_, offset) => ({ position: at(offset), reason: 'x' }));
    const worker = workerResult({}, { bad: 2_002, bad_records: reported });
    const evidence = matching(
      /also skipped 2000 that this run did not write \(partition\/offset 0\/2, 0\/3, 0\/4, …\)/,
    );
    expect(found(badRecords, { bad, worker })).toMatchObject({ outcome: 'warn', evidence });
  });

  test('are skipped, with the reason, if they must not be written', () => {
    const skipped = { outcome: 'skipped', evidence: 'they are yours' };
    expect(found(badRecords, {}, {}, { ...target, mayPlant: 'they are yours' })).toEqual(skipped);
  });
});

test.each([
  ['no faults', {}, 'pass', /stopped by the finish command$/],
  [
    'a reply that could not be written',
    { counts: { ...workerResult().counts, undeliverable: 250 }, undeliverable: [{ message: 'no' }] },
    'warn',
    /; 250 replies could not be/,
  ],
  ['a consumer that was restarted', { restarts: 2 }, 'warn', /restarted 2 times/],
])('worker function: %s', (_, more, outcome, evidence) => {
  const worker = { ...workerResult(), stopped_by: 'finish' as const, ...more } as RunOutcome['worker'];
  expect(found(workerFunction, { worker, workerMs: 7 })).toMatchObject({
    outcome,
    ms: 7,
    evidence: matching(evidence),
  });
});

test('closing: a slow client is named', () => {
  const requests = [requestResult({}, { dispose_ms: 20 })];
  const worker = { ...workerResult(), dispose_ms: 1_500 };
  const evidence = expect.stringContaining('the slowest of 2 invocations took 1500 ms (worker)') as string;
  expect(found(disposal, { requests, worker })).toMatchObject({ outcome: 'warn', evidence });
  expect(found(disposal, { requests })).toMatchObject({ outcome: 'pass' });
});

test('groups: those that remain are named, and --keep is not a failure', () => {
  type Group = ReturnType<typeof requestResult>['group'];
  const deleted: Group = { name: 'a', outcome: 'deleted' };
  const left: Group = { name: 'b', outcome: 'left', reason: 'slow' };
  const denied: Group = { name: 'b', outcome: 'left', reason: '[not_authorized] the brokers denied access to group b' };
  const of = (groups: Group[], keep = false) =>
    found(cleanup, { requests: groups.map((group) => requestResult({}, { group })) }, { keep });
  expect(of([deleted])).toMatchObject({ outcome: 'pass' });
  expect(of([deleted, left])).toMatchObject({
    outcome: 'warn',
    evidence: expect.stringContaining('b (slow)') as string,
  });
  expect(of([deleted, left], true)).toMatchObject({ outcome: 'skipped' });
  // A slow broker recovers; a missing right does not.
  expect(of([denied])).toMatchObject({ outcome: 'fail', code: 'not_authorized' });
});

test.each([
  ['no login', { canBeDenied: false }, / `easy-pubsub groups delete NAME` deletes them at once\.$/],
  ['a user', { canBeDenied: true, user: 'ann' }, / needs an ACL that allows User:ann Delete on the group\.$/],
  ['IAM', { canBeDenied: true }, / on MSK with IAM, deleting them needs kafka-cluster:DeleteGroup\.$/],
])('a group that was left: the hint fits %s', (_, login, hint) => {
  const group = { name: 'g', outcome: 'left' as const, reason: 'slow' };
  const finding = found(cleanup, { requests: [requestResult({}, { group })] }, {}, { ...target, ...login });
  expect(finding).toMatchObject({ outcome: 'warn', hint: matching(hint) });
});

describe('the group of a function that returned no result', () => {
  const of = (...states: [name: 'publisher' | 'worker', state: 'running' | 'failed' | 'returned'][]) =>
    found(cleanup, {
      requests: [requestResult()],
      memberships: states.map(([name, state]) => ({ name, state })),
    });
  const warning = {
    outcome: 'warn',
    evidence: 'not known whether deleted: that of worker, which returned no result',
  };

  test.each(['failed', 'running'] as const)('is not known to be deleted: it has %s', (state) => {
    expect(of(['publisher', 'returned'], ['worker', state])).toMatchObject(warning);
    expect(found(cleanup, { memberships: [{ name: 'worker', state }] })).toMatchObject(warning);
  });

  test('is known if a later invocation of the function returned its result', () => {
    expect(of(['publisher', 'failed'], ['publisher', 'returned'])).toMatchObject({ outcome: 'pass' });
    expect(of(['publisher', 'returned'], ['publisher', 'failed'])).toMatchObject({ outcome: 'warn' });
    expect(of(['publisher', 'running'], ['publisher', 'returned'])).toMatchObject({ outcome: 'warn' });
  });

  test('a run records the invocations that join a group, and those only', async () => {
    const run = new RunContext({
      runId: 'run',
      target: {
        ...target,
        invoke: (name) =>
          Promise.resolve(
            name === 'worker'
              ? { ok: false, error: { errorType: 'x', errorMessage: 'y' }, timedOut: false, ms: 1, log: [] }
              : { ok: true, result: {}, ms: 1, log: [] },
          ),
      },
      options: defaultOptions,
      checks: new CheckResults(),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
    const { plan } = run;
    const start = { worker: {}, reply_to: {}, reply_partitions: [0] };
    for (const event of [plan.positions, plan.split_publish(start), plan.bad_records, plan.rights, plan.finish])
      await run.invoke('publisher', event);
    for (const event of [plan.rights, plan.worker(start)]) await run.invoke('worker', event);
    await run.invoke('reply_to', plan.split_collect(start));
    expect(run.outcome.memberships).toEqual([
      { name: 'publisher', state: 'returned' },
      { name: 'worker', state: 'failed' },
      { name: 'reply_to', state: 'returned' },
    ]);
  });
});
