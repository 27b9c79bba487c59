import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../src/base/ports.js';
import { noteClusterId } from '../../../src/kafka/client/cluster-identity.js';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

test('brokers of two clusters at the same addresses are reported, once a minute', () => {
  const reports: unknown[] = [];
  const logger = { ...silentLogger, error: (_line: string, fields?: object) => reports.push(fields) };
  const one = { brokers: ['a:1', 'b:1'], logger };
  // Another client of the same process, whose addresses are in another order.
  const other = { brokers: ['b:1', 'a:1'], logger };
  for (const id of ['x', undefined, 'x']) noteClusterId(one, id);
  expect(reports).toEqual([]);
  noteClusterId(other, 'y');
  expect(reports).toEqual([
    {
      brokers: 'a:1,b:1',
      cluster_id: 'y',
      cluster_id_before: 'x',
      hint: expect.stringMatching(/PUBSUB_BROKERS has the addresses of two clusters/) as unknown,
    },
  ]);
  noteClusterId(one, 'x');
  noteClusterId({ brokers: ['a:1'], logger }, 'z');
  expect(reports).toHaveLength(1);
  vi.advanceTimersByTime(61_000);
  noteClusterId(other, 'y');
  expect(reports).toHaveLength(2);
});
