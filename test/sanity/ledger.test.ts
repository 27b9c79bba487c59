import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { numbersOf, rangesOf } from '../../lambda/runtime/number-ranges.js';
import { accountedFor, isClean, ledgerOf } from '../../sanity/ledger.js';
import { collectResult, publishResult, requestResult, workerResult } from './results.js';

const few = fc.nat({ max: 50 });
const requests = fc
  .record({ delivered: few, late: few, unanswered: few, send_failed: few })
  .map((ends) => requestResult({ ...ends, sent: ends.delivered + ends.late + ends.unanswered + ends.send_failed }));

/** What a publisher and a collector say about the same frames: some were acknowledged, and any of them may be answered. */
const splits = fc
  .record({ count: few, acknowledged: fc.func(fc.boolean()), answered: fc.func(fc.boolean()), cut: fc.boolean() })
  .map(({ count, acknowledged, answered, cut }) => {
    const numbers = Array.from({ length: count }, (_, n) => n);
    const missing = numbers.filter((n) => !acknowledged(n));
    const replied = numbers.filter((n) => answered(n));
    const published = publishResult({
      sent: count - missing.length,
      send_failed: missing.length,
      unacknowledged: rangesOf(missing),
    });
    const collected = { ...collectResult({ delivered: replied.length }), answered: rangesOf(replied) };
    const lost = numbers.filter((n) => acknowledged(n) && !answered(n)).length;
    const failed = numbers.filter((n) => !acknowledged(n) && !answered(n)).length;
    return { count, published, collected, cut, lost, failed };
  });

const empty = { requests: [], publishes: [], collects: [], collecting_cut_short: false, worker: undefined };

describe('the ledger', () => {
  test('adds up for any outcomes: sent = delivered + late + expired + lost + send_failed + undecided', () => {
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 4 }), splits, few, (asked, split, expired) => {
        const { count, published, collected, cut, lost, failed } = split;
        const ledger = ledgerOf({
          requests: asked,
          publishes: [published],
          collects: [collected],
          collecting_cut_short: cut,
          worker: workerResult({ expired }),
        });
        const sum = (key: 'sent' | 'unanswered' | 'send_failed'): number =>
          asked.reduce((total, one) => total + one.ledger[key], 0);
        expect(accountedFor(ledger)).toBe(ledger.sent);
        expect(ledger.sent).toBe(sum('sent') + count);
        expect(ledger.expired).toBeLessThanOrEqual(expired);
        // Frame by frame: one that was not acknowledged and was answered has not failed.
        expect(ledger.send_failed).toBe(sum('send_failed') + failed);
        expect(ledger.expired + ledger.lost).toBe(sum('unanswered') + (cut ? 0 : lost));
        expect(ledger.undecided).toBe(cut ? lost : 0);
      }),
    );
  });

  test('a publisher that gave no result: what was collected was sent', () => {
    const collects = [{ ...collectResult({ delivered: 3 }), answered: '0-2' }];
    expect(ledgerOf({ ...empty, collects })).toMatchObject({ sent: 3, delivered: 3, lost: 0 });
  });

  test('no collector: it is unknown whether the frames were answered', () => {
    expect(ledgerOf({ ...empty, publishes: [publishResult({ sent: 3 })] })).toMatchObject({
      sent: 3,
      lost: 0,
      undecided: 3,
    });
  });

  test('counts unanswered frames as expired as far as the worker reports it, and the others as lost', () => {
    const asked = [requestResult({ sent: 5, delivered: 2, unanswered: 3 })];
    const of = (worker: ReturnType<typeof workerResult> | undefined) => ledgerOf({ ...empty, requests: asked, worker });
    expect(of(workerResult({ expired: 1 }))).toMatchObject({ expired: 1, lost: 2 });
    expect(of(workerResult({ expired: 9 }))).toMatchObject({ expired: 3, lost: 0 });
    expect(of(undefined)).toMatchObject({ expired: 0, lost: 3 });
  });

  test('a warm-up frame that expired does not make a lost frame an expired one', () => {
    const requests = [requestResult({ sent: 5, delivered: 3, unanswered: 2 })];
    const ids = ['run/warm-up/cold/1', 'run/warm-up/cold/2', 'run/warm/7'];
    const worker = workerResult({ expired: 3 }, { expired: ids });
    expect(ledgerOf({ ...empty, requests, worker })).toMatchObject({ expired: 1, lost: 1 });
  });

  test('is clean if nothing is missing, also with records of other programs', () => {
    const clean = ledgerOf({
      ...empty,
      requests: [requestResult({ sent: 2, delivered: 2, duplicate: 1, foreign: 7 })],
      publishes: [publishResult({ bad_records: [{ topic: 't', partition: 0, offset: 0 }] })],
      worker: workerResult({}, { bad: 2 }),
    });
    expect(clean).toMatchObject({ corrupt: 2, planted: 1, duplicate: 1, foreign: 7 });
    expect(isClean(clean)).toBe(true);
    for (const key of ['late', 'expired', 'lost', 'send_failed'] as const) {
      expect(isClean({ ...clean, [key]: clean[key] + 1 }), key).toBe(false);
    }
  });
});

test('number ranges: any set of numbers, there and back', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 300 })), (numbers) => {
      expect([...numbersOf(rangesOf(numbers))].toSorted()).toEqual(numbers.toSorted());
    }),
  );
  expect(rangesOf([3, 1, 2, 7])).toBe('1-3,7');
  expect(rangesOf([])).toBe('');
});
