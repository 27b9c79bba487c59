import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GatewayRefusal } from '../../../rehearsal/gateway/refusal.js';
import { describeRefusal, RefusalLog, type RefusalRecord } from '../../../rehearsal/gateway/refusal-log.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function log(): { reported: RefusalRecord[]; refusals: RefusalLog } {
  const reported: RefusalRecord[] = [];
  return { reported, refusals: new RefusalLog((refusal) => reported.push(refusal)) };
}

const expired = (accessKeyId: string): GatewayRefusal =>
  new GatewayRefusal('expired', 'the token expired 3 s ago', { accessKeyId });

test('a client that retries constantly causes one line at once and one at the end, with the same id', () => {
  const { reported, refusals } = log();
  const ids = Array.from({ length: 200 }, () => refusals.add(expired('AKIAONE0000000000'), 'here:1'));
  expect(new Set(ids).size).toBe(1);
  expect(reported.map(({ again }) => again)).toEqual([undefined]);
  vi.advanceTimersByTime(10_000);
  expect(reported.map(({ again, id }) => [again, id])).toEqual([
    [undefined, ids[0]],
    [199, ids[0]],
  ]);
  expect(refusals.add(expired('AKIAONE0000000000'), 'here:1')).not.toBe(ids[0]);
});

test('another key, reason or gateway is another refusal', () => {
  const { reported, refusals } = log();
  refusals.add(expired('AKIAONE0000000000'), 'here:1');
  refusals.add(expired('AKIATWO0000000000'), 'here:1');
  refusals.add(expired('AKIAONE0000000000'), 'here:2');
  refusals.add(new GatewayRefusal('signature_wrong', 'the signature is wrong'), 'here:1');
  expect(reported).toHaveLength(4);
  vi.advanceTimersByTime(60_000);
  expect(reported).toHaveLength(4);
});

test('thousands of random keys do not fill the log', () => {
  const { reported, refusals } = log();
  for (let i = 0; i < 5_000; i++) refusals.add(expired(`AKIA${i}`.padEnd(20, 'X')), 'here:1');
  expect(reported.length).toBeLessThan(250);
  vi.advanceTimersByTime(10_000);
  expect(reported.reduce((sum, { again }) => sum + (again ?? 1), 0)).toBe(5_000);
  expect(reported.length).toBeLessThan(250);
});

test('unreported refusals are reported at the end', () => {
  const { reported, refusals } = log();
  refusals.add(expired('AKIAONE0000000000'), 'here:1');
  refusals.add(expired('AKIAONE0000000000'), 'here:1');
  refusals.close();
  expect(reported.map(({ again }) => again)).toEqual([undefined, 1]);
  expect(reported.map(describeRefusal)[1]).toContain('refused (once more): ');
});

test('one line has the client, the reason and the gateway', () => {
  const { reported, refusals } = log();
  refusals.add(
    new GatewayRefusal('connect_not_granted', 'not granted', { roleArn: 'arn:aws:iam::1:role/r' }),
    'here:1',
  );
  expect(describeRefusal({ ...reported[0]!, id: 'ID', again: 3 })).toBe(
    '[ID] refused (3 times more): not granted (connect_not_granted; arn:aws:iam::1:role/r; at here:1)',
  );
});
