import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import type { ApiName, BrokerApis } from '../../../src/kafka/client/broker-apis.js';
import { Fetcher, type FetchedCluster } from '../../../src/kafka/consume/fetcher.js';
import type { OwnedPartition } from '../../../src/kafka/consume/ownership.js';
import { encodeBatch } from '../../../src/kafka/records/encode-batch.js';

/** What the leader of partition 0 answers a fetch from this position. */
type Leader = (position: number) => Promise<Buffer>;

const owned = (position: number): OwnedPartition =>
  ({ partition: 0, position, flowing: true, lastEpoch: -1, answeredAt: 0 }) as OwnedPartition;

/** A fetcher of partition 0, whose leader the test chooses; the sink has room when the test says so. */
function fetching(leaders: Record<number, Leader>) {
  const partition = owned(0);
  const asked: number[] = [];
  const seen: number[] = [];
  const state = { leader: 1, hasRoom: true };
  let tellRoom: () => void = () => undefined;
  const cluster: FetchedCluster = {
    leaderOf: () => state.leader,
    ask: async <A extends ApiName>(leader: number, _purpose: unknown, _api: A, body: BrokerApis[A]['request']) => {
      asked.push(leader);
      const [{ offset }] = (body as BrokerApis['fetch']['request']).partitions as readonly { offset: number }[] as [
        { offset: number },
      ];
      const records = await (leaders[leader] as Leader)(offset);
      const answer = { partition: 0, error: undefined, highWatermark: 3, stableEnd: 3, aborted: [], records };
      return { error: undefined, partitions: [answer] } as unknown as BrokerApis[A]['answer'];
    },
  };
  const ownership = {
    all: [partition],
    flowing: () => partition,
    answered: () => undefined,
    outOfRange: () => undefined,
    diverged: () => undefined,
  };
  const sink = {
    hasRoom: () => state.hasRoom,
    room: () => new Promise<void>((resolve) => (tellRoom = resolve)),
    deliver: ({ offset }: { offset: number }) => void seen.push(offset),
    deliverBad: () => undefined,
    passed: () => undefined,
  };
  const nothing = (): undefined => undefined;
  const events = { failed: nothing, topicMoved: nothing, denied: nothing, unreadable: nothing };
  const fetcher = new Fetcher(cluster, ownership, sink, { topic: 't', maxWaitMs: 100, maxBytes: 1_000 }, events);
  onTestFinished(() => fetcher.stop());
  const makeRoom = (): void => {
    state.hasRoom = true;
    tellRoom();
  };
  return { fetcher, asked, seen, state, makeRoom, partition };
}

/** Three records from offset 0 on. */
const log = (): Buffer =>
  encodeBatch(['a', 'b', 'c'].map((v) => ({ key: null, value: Buffer.from(v), headers: undefined })));
const never = (): Promise<Buffer> => new Promise(() => undefined);
/** A broker at the end of its log. */
const read: Leader = (position) => (position === 0 ? Promise.resolve(log()) : never());

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => vi.useRealTimers());
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

test('records that wait for room are delivered once, although their partition gets a new leader meanwhile', async () => {
  const { fetcher, asked, seen, state, makeRoom, partition } = fetching({ 1: read, 2: read });
  state.hasRoom = false;
  fetcher.wake();
  await settle();
  state.leader = 2;
  fetcher.wake();
  await settle();
  expect([asked, fetcher.isHeldBack(partition)]).toEqual([[1], true]);
  makeRoom();
  await settle();
  expect(seen).toEqual([0, 1, 2]);
  expect([asked, fetcher.isHeldBack(partition)]).toEqual([[1, 2], false]);
});

test('a leader that refuses is asked after growing pauses, which no news about the topic shortens', async () => {
  const { fetcher, asked } = fetching({ 1: () => Promise.reject(new Error('connection refused')) });
  fetcher.wake();
  for (let ms = 0; ms < 10_000; ms += 10) {
    await vi.advanceTimersByTimeAsync(10);
    fetcher.wake();
  }
  expect(asked.length).toBeGreaterThan(5);
  expect(asked.length).toBeLessThan(25);
});

test('a partition with a new leader is read at once, although the old leader refused', async () => {
  const { fetcher, asked, seen, state } = fetching({ 1: () => Promise.reject(new Error('refused')), 2: read });
  fetcher.wake();
  await vi.advanceTimersByTimeAsync(5_000);
  state.leader = 2;
  fetcher.wake();
  await settle();
  expect([asked.at(-1), seen]).toEqual([2, [0, 1, 2]]);
});
