import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { addressKey } from '../../../src/kafka/client/address.js';
import type { PartitionMetadata } from '../../../src/kafka/client/broker-apis.js';
import type { BrokerConnection, RequestOptions } from '../../../src/kafka/client/broker-connection.js';
import { Cluster } from '../../../src/kafka/client/cluster.js';
import { config } from '../../../src/index.js';
import { kafkaConnection } from '../../../src/pubsub/kafka-connection.js';

const host = '127.0.0.1';
const one = { nodeId: 1, host, port: 1 };
const other = { nodeId: 2, host, port: 2 };

/** Brokers that answer requests about the cluster, unless they hang, and let every join wait. */
class Brokers {
  listed = [one, other];
  topicError: string | undefined;
  partitions: PartitionMetadata[] = [];
  readonly hanging = new Set<string>();
  throttledUntil = Number.NEGATIVE_INFINITY;
  asked = 0;

  readonly open = (at: { host: string; port: number }): Promise<BrokerConnection> => {
    const address = addressKey(at);
    const waiting = new Set<{ since: number; waitMs: number; reject(error: Error): void }>();
    let isOpen = true;
    const oldest = (of: (one: { since: number; waitMs: number }) => number): number =>
      Math.max(0, ...[...waiting].map(of));
    const throttledUntil = (): number => this.throttledUntil;
    return Promise.resolve({
      address,
      get isOpen() {
        return isOpen;
      },
      get throttledUntil() {
        return throttledUntil();
      },
      overdueMs: () => oldest(({ since, waitMs }) => performance.now() - Math.max(since, this.throttledUntil) - waitMs),
      waitingMs: () => oldest(({ since }) => performance.now() - since),
      request: (api: string, _body: unknown, { waitMs = 0 }: RequestOptions = {}): Promise<never> => {
        if (api === 'metadata' && !this.hanging.has(address)) {
          this.asked += 1;
          const topic = { topic: 't', error: this.topicError, topicId: 'a', partitions: this.partitions };
          return Promise.resolve({ brokers: this.listed, topics: [topic] } as never);
        }
        return new Promise((_, reject) => waiting.add({ since: performance.now(), waitMs, reject }));
      },
      close: (reason: string) => {
        isOpen = false;
        for (const { reject } of waiting) reject(new Error(reason));
      },
    });
  };
}

let brokers: Brokers;
let cluster: Cluster;
beforeEach(async () => {
  vi.useFakeTimers();
  brokers = new Brokers();
  const settings = kafkaConnection(config.create({ connection: { brokers: [addressKey(one)] } }));
  cluster = new Cluster(settings, 't', brokers.open);
  onTestFinished(() => cluster.close());
  await cluster.refresh();
});
afterEach(() => vi.useRealTimers());

/** A join that may wait for 20 s at the second broker: how it failed within 10 s. */
async function join(): Promise<string> {
  let failure = 'it waits';
  cluster
    .askAt(other, 'group', 'joinGroup', {} as never, { waitMs: 20_000 })
    .catch((error: unknown) => (failure = (error as Error).message));
  await vi.advanceTimersByTimeAsync(100);
  brokers.hanging.add(addressKey(other));
  await vi.advanceTimersByTimeAsync(10_000);
  return failure;
}
const gone = `${addressKey(other)} is not among the cluster's brokers any more`;

describe('a request that a broker may delay', () => {
  test('waits while the cluster lists the broker, without a request about the cluster', async () => {
    const { asked } = brokers;
    expect([await join(), brokers.asked - asked]).toEqual(['it waits', 0]);
  });

  test('does not wait at a broker that the cluster no longer lists', async () => {
    brokers.listed = [one];
    await cluster.refresh();
    expect(await join()).toBe(gone);
  });

  test('waits if only the last metadata did not list the broker', async () => {
    brokers.listed = [one];
    await cluster.refresh();
    brokers.listed = [one, other];
    expect(await join()).toBe('it waits');
  });

  test('waits while the broker throttles the connection', async () => {
    brokers.listed = [one];
    await cluster.refresh();
    brokers.throttledUntil = performance.now() + 60_000;
    expect(await join()).toBe('it waits');
  });
});

test.each([undefined, 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION', 'TOPIC_AUTHORIZATION_FAILED'])(
  'a silent broker that the cluster no longer lists is dropped while the topic has the error %s',
  async (error) => {
    let failure = 'it waits';
    cluster
      .askAt(other, 'group', 'heartbeat', {} as never)
      .catch((thrown: unknown) => (failure = (thrown as Error).message));
    await vi.advanceTimersByTimeAsync(100);
    brokers.topicError = error;
    brokers.listed = [one];
    brokers.hanging.add(addressKey(other));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(failure).toBe(gone);
  },
);

test('a broker that still names a former leader does not bring it back', async () => {
  const led = (leader: number, leaderEpoch: number): PartitionMetadata[] => [
    { partition: 0, error: undefined, leader, leaderEpoch, replicas: [1, 2], isr: [] },
  ];
  const leaders: (number | undefined)[] = [];
  for (const partitions of [led(1, 6), led(2, 7), led(1, 6)]) {
    brokers.partitions = partitions;
    await cluster.refresh();
    leaders.push(cluster.leaderOf(0));
  }
  expect(leaders).toEqual([1, 2, 2]);
});
