import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger } from '../../../src/base/ports.js';
import { config } from '../../../src/index.js';
import { addressKey, type HostAndPort } from '../../../src/kafka/client/address.js';
import type { BrokerConnection } from '../../../src/kafka/client/broker-connection.js';
import { Cluster } from '../../../src/kafka/client/cluster.js';
import { noteClusterId } from '../../../src/kafka/client/cluster-identity.js';
import { kafkaConnection } from '../../../src/pubsub/kafka-connection.js';
import { refusal } from '../../support/refusal.js';

beforeEach(() => vi.useFakeTimers());
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

describe('the first look at the cluster', () => {
  /** Addresses that no other test uses, because a process checks the same addresses once. */
  let base = 10;
  /** The cluster of each address, by port; an address without one does not answer. */
  let clusterOf: Map<number, string>;
  let listed: number[];
  let asked: number[];
  let closed: number[];
  beforeEach(() => {
    base += 10;
    clusterOf = new Map();
    listed = [];
    asked = [];
    closed = [];
  });

  const open = (at: HostAndPort): Promise<BrokerConnection> => {
    const connection = {
      address: addressKey(at),
      isOpen: true,
      throttledUntil: Number.NEGATIVE_INFINITY,
      overdueMs: () => 0,
      waitingMs: () => 0,
      request: (): Promise<unknown> => {
        asked.push(at.port);
        const clusterId = clusterOf.get(at.port);
        if (clusterId === undefined) return new Promise(() => undefined);
        const brokers = listed.map((port) => ({ nodeId: port, host: 'h', port }));
        return Promise.resolve({ brokers, clusterId, controllerId: 1, topics: [] });
      },
      close: () => closed.push(at.port),
    };
    return Promise.resolve(connection as never);
  };

  const look = async (ports: readonly number[]): Promise<unknown> => {
    const brokers = ports.map((port) => `h:${port}`);
    const cluster = new Cluster(kafkaConnection(config.create({ connection: { brokers } })), undefined, open);
    try {
      const looking = cluster.refresh().then(() => 'one cluster');
      // It may be refused before it is awaited.
      looking.catch(() => undefined);
      await vi.advanceTimersByTimeAsync(2_500);
      return await Promise.race([looking, Promise.resolve('it waits')]);
    } finally {
      cluster.close();
    }
  };

  test('refuses addresses of two clusters and names both, also when it is repeated', async () => {
    const ports = [base, base + 1];
    listed = [base + 5];
    clusterOf.set(base, 'x').set(base + 1, 'y');
    for (let n = 0; n < 2; n += 1) {
      const error = await refusal(look(ports));
      expect(error).toMatchObject({ code: 'config_invalid', retryable: false });
      expect([...(error.details['cluster_ids'] as string[])].sort()).toEqual(['x', 'y']);
      expect(error.raw_message).toMatch(/ to (x, .* to y|y, .* to x)$/);
    }
    clusterOf.set(base + 1, 'x');
    expect(await look(ports)).toBe('one cluster');
  });

  test('asks no address that the cluster lists', async () => {
    listed = [base, base + 1];
    clusterOf.set(base, 'x').set(base + 1, 'x');
    expect([await look([base, base + 1]), asked.length]).toEqual(['one cluster', 1]);
  });

  test('asks the others once, closes the connection, and does not look again when a cluster is replaced', async () => {
    const ports = [base, base + 1];
    listed = [base + 5];
    clusterOf.set(base, 'x').set(base + 1, 'x');
    expect(await look(ports)).toBe('one cluster');
    expect([...asked].sort()).toContain(base + 1);
    expect(closed.length).toBeGreaterThanOrEqual(2);
    clusterOf.set(base, 'y');
    expect(await look(ports)).toBe('one cluster');
  });

  test('waits for an address that does not answer for a short time only', async () => {
    listed = [base + 5];
    clusterOf.set(base, 'x');
    expect(await look([base, base + 1])).toBe('one cluster');
  });
});
