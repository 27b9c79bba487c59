import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isClean, ledgerOf } from '../../sanity/ledger.js';
import { collectResult, publishResult, requestResult, workerResult } from './results.js';

const few = fc.nat({ max: 50 });
const requests = fc
  .record({ delivered: few, late: few, unanswered: few, send_failed: few })
  .map((ends) => requestResult({ ...ends, sent: ends.delivered + ends.late + ends.unanswered + ends.send_failed }));

describe('the ledger', () => {
  test('adds up for any outcomes: sent = delivered + late + expired + lost + send_failed', () => {
    fc.assert(
      fc.property(fc.array(requests, { maxLength: 4 }), few, few, few, few, (asked, sent, lost, failed, expired) => {
        const delivered = Math.max(0, sent - lost);
        const ledger = ledgerOf({
          requests: asked,
          publishes: [publishResult({ sent, send_failed: failed })],
          collects: [collectResult({ delivered })],
          worker: workerResult({ expired }),
        });
        const { late, lost: missing, send_failed } = ledger;
        expect(ledger.delivered + late + ledger.expired + missing + send_failed).toBe(ledger.sent);
        expect(missing).toBeGreaterThanOrEqual(0);
        expect(ledger.expired).toBeLessThanOrEqual(expired);
      }),
    );
  });

  test('counts unanswered frames as expired as far as the worker reports it, and the others as lost', () => {
    const asked = [requestResult({ sent: 5, delivered: 2, unanswered: 3 })];
    const of = (worker: ReturnType<typeof workerResult> | undefined) =>
      ledgerOf({ requests: asked, publishes: [], collects: [], worker });
    expect(of(workerResult({ expired: 1 }))).toMatchObject({ expired: 1, lost: 2 });
    expect(of(workerResult({ expired: 9 }))).toMatchObject({ expired: 3, lost: 0 });
    expect(of(undefined)).toMatchObject({ expired: 0, lost: 3 });
  });

  test('that does not add up is an internal error, and gives no verdict', () => {
    const asked = [requestResult({ sent: 5, delivered: 2 })];
    expect(() => ledgerOf({ requests: asked, publishes: [], collects: [], worker: undefined })).toThrow(
      /does not add up/,
    );
  });

  test('is clean if nothing is missing, and only planted records are corrupt', () => {
    const clean = ledgerOf({
      requests: [requestResult({ sent: 2, delivered: 2, duplicate: 1, foreign: 7 })],
      publishes: [publishResult({ bad_records: [{ topic: 't', partition: 0, offset: 0 }] })],
      collects: [],
      worker: workerResult({}, { bad: 1 }),
    });
    expect(clean).toMatchObject({ corrupt: 1, planted: 1, duplicate: 1, foreign: 7 });
    expect(isClean(clean)).toBe(true);
    for (const key of ['late', 'expired', 'lost', 'send_failed', 'corrupt'] as const) {
      expect(isClean({ ...clean, [key]: clean[key] + 1 }), key).toBe(false);
    }
  });
});
