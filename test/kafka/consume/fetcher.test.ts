import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { ApiName, BrokerApis } from '../../../src/kafka/client/broker-apis.js';
import { Fetcher, type FetchedCluster } from '../../../src/kafka/consume/fetcher.js';
import { LeaderEpochs } from '../../../src/kafka/consume/leader-epochs.js';
import type { OwnedPartition } from '../../../src/kafka/consume/ownership.js';
import { encodeBatch } from '../../../src/kafka/records/encode-batch.js';

/** What the leader of partition 0 answers a fetch from this position. */
type Leader = (position: number) => Promise<Buffer>;

const owned = (position: number): OwnedPartition =>
  ({
    partition: 0,
    position,
    flowing: true,
    epochs: new LeaderEpochs(),
    answeredAt: 0,
  }) as OwnedPartition;

/** A fetcher of partition 0, whose leader the test chooses; the sink has room when the test says so. */
function fetching(leaders: Record<number, Leader>) {
  const partition = owned(0);
  const asked: number[] = [];
  const seen: number[] = [];
  const state = { leader: 1, hasRoom: true, flows: true };
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
    flowing: () => (state.flows ? partition : undefined),
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

/** A fetcher of partitions of one broker. Each response takes a while, and has records of one partition only. */
function fetchingFrom(
  partitions: readonly OwnedPartition[],
  { turnMs, hasRecords = () => true }: { turnMs: number; hasRecords?: (partition: number) => boolean },
) {
  const isAway = new Set<number>();
  let turn = 0;
  let onTurn: (turn: number) => void = () => undefined;
  const cluster: FetchedCluster = {
    leaderOf: () => 1,
    ask: async <A extends ApiName>(_leader: number, _purpose: unknown, _api: A, body: BrokerApis[A]['request']) => {
      const asked = (body as BrokerApis['fetch']['request']).partitions;
      await new Promise((resolve) => setTimeout(resolve, turnMs));
      onTurn((turn += 1));
      const first = asked.find(({ partition }) => hasRecords(partition));
      const answers = asked.map(({ partition, offset }) => ({
        partition,
        error: undefined,
        highWatermark: 1e9,
        stableEnd: 1e9,
        aborted: [],
        records: partition === first?.partition ? logFrom(offset) : Buffer.alloc(0),
      }));
      return { error: undefined, partitions: answers } as unknown as BrokerApis[A]['answer'];
    },
  };
  const nothing = (): undefined => undefined;
  const ownership = {
    all: partitions,
    flowing: (partition: number) => (isAway.has(partition) ? undefined : partitions[partition]),
    answered: nothing,
    outOfRange: nothing,
    diverged: nothing,
  };
  const sink = {
    hasRoom: () => true,
    room: () => Promise.resolve(),
    deliver: nothing,
    deliverBad: nothing,
    passed: nothing,
  };
  const events = { failed: nothing, topicMoved: nothing, denied: nothing, unreadable: nothing };
  const fetcher = new Fetcher(cluster, ownership, sink, { topic: 't', maxWaitMs: 100, maxBytes: 1_000 }, events);
  onTestFinished(() => fetcher.stop());
  return { fetcher, isAway, onTurn: (then: (turn: number) => void) => (onTurn = then) };
}

const logFrom = (offset: number): Buffer => {
  const bytes = log();
  bytes.writeBigInt64BE(BigInt(offset), 0);
  return bytes;
};
const several = (count: number): OwnedPartition[] =>
  Array.from({ length: count }, (_, partition) => ({ ...owned(0), epochs: new LeaderEpochs(), partition }));

describe('partitions of one broker whose backlogs do not fit in one response', () => {
  test('are read in turn, and none looks as if its leader sent nothing', async () => {
    const partitions = several(4);
    const { fetcher, onTurn } = fetchingFrom(partitions, { turnMs: 2_000 });
    const stuck = new Set<number>();
    onTurn(() => {
      for (const { partition, stuckSince } of partitions) if (stuckSince !== undefined) stuck.add(partition);
    });
    fetcher.wake();
    await vi.advanceTimersByTimeAsync(16 * 2_000);
    expect(partitions.map(({ position }) => position)).toEqual([12, 12, 12, 12]);
    expect([...stuck]).toEqual([]);
  });

  test('are read in turn, although one of them can be read only every second time', async () => {
    const partitions = several(3);
    const { fetcher, isAway, onTurn } = fetchingFrom(partitions, { turnMs: 1_000 });
    onTurn((turn) => {
      if (turn % 2 === 1) isAway.add(2);
      else isAway.delete(2);
    });
    fetcher.wake();
    await vi.advanceTimersByTimeAsync(30 * 1_000);
    const [one, other] = partitions.map(({ position }) => position!);
    expect(Math.abs(one! - other!)).toBeLessThanOrEqual(6);
  });

  test('do not hide one whose leader sends nothing, although its log has more', async () => {
    const partitions = several(4);
    const { fetcher } = fetchingFrom(partitions, { turnMs: 2_000, hasRecords: (partition) => partition !== 2 });
    const from = performance.now();
    fetcher.wake();
    await vi.advanceTimersByTimeAsync(12 * 2_000);
    expect(partitions.map(({ position }) => position)).toEqual([12, 12, 0, 12]);
    expect(partitions.map(({ stuckSince }) => stuckSince !== undefined)).toEqual([false, false, true, false]);
    expect(partitions[2]!.stuckSince! - from).toBeLessThan(4 * 2_000);
  });
});

test('a partition whose pause is over, but which may not be read yet, is not looked at again and again', async () => {
  const { fetcher, seen, state, partition } = fetching({ 1: read });
  state.flows = false;
  partition.blocked = { error: undefined as never, until: performance.now() + 50, failures: 1 };
  fetcher.wake();
  await vi.advanceTimersByTimeAsync(60);
  expect(vi.getTimerCount()).toBe(0);
  state.flows = true;
  fetcher.wake();
  await settle();
  expect(seen).toEqual([0, 1, 2]);
});
