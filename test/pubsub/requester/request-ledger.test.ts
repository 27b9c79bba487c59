import { expect, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { PendingRequest } from '../../../src/pubsub/requester/pending-request.js';
import { RequestLedger } from '../../../src/pubsub/requester/request-ledger.js';

const request = (id: string): PendingRequest<string> =>
  new PendingRequest({
    id,
    frame: '',
    idempotent: false,
    headers: undefined,
    deadline: new Deadline(1_000),
    deadlineWallMs: 0,
    span: undefined,
    onReply: undefined,
    resolve: () => undefined,
    reject: () => undefined,
  });

test('a request ends once, and its outcome decides how its later replies are counted', () => {
  const ledger = new RequestLedger<string>();
  const [a, b] = [request('a'), request('b')];
  ledger.add(a);
  ledger.add(b);
  expect([...ledger]).toEqual([a, b]);
  expect(ledger.end(a, 'complete')).toBe(true);
  expect(ledger.end(a, 'given_up')).toBe(false);
  expect(ledger.end(b, 'given_up')).toBe(true);
  expect(['a', 'b', 'c'].map((id) => ledger.classify(id))).toEqual(['duplicate', 'late', 'foreign']);
  expect([ledger.size, ledger.get('a')]).toEqual([0, undefined]);
});

test('the latest twenty thousand requests are remembered, earlier ones are not', () => {
  for (const count of [20_001, 39_999, 40_000, 60_000]) {
    const ledger = new RequestLedger<string>();
    for (let i = 0; i < count; i += 1) {
      const one = request(String(i));
      ledger.add(one);
      ledger.end(one, 'complete');
    }
    const latest = Array.from({ length: 20_000 }, (_, i) => String(count - 1 - i));
    expect(latest.filter((id) => ledger.classify(id) !== 'duplicate')).toEqual([]);
    if (count > 40_000) expect(ledger.classify('0')).toBe('foreign');
  }
});
