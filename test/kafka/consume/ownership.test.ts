import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { silentLogger, silentMetrics } from '../../../src/base/ports.js';
import { CommitBook } from '../../../src/kafka/consume/commit-book.js';
import { CommittedPositions } from '../../../src/kafka/consume/committed-positions.js';
import { BrokerError } from '../../../src/kafka/client/broker-error.js';
import { RetryPolicy } from '../../../src/kafka/client/retry-policy.js';
import type { CommittedPosition, GroupReader } from '../../../src/kafka/consume/group-client.js';
import { LivePositions } from '../../../src/kafka/consume/live-positions.js';
import type { Assignment } from '../../../src/kafka/consume/membership.js';
import { Ownership, type OwnedPartition, type PositionReset } from '../../../src/kafka/consume/ownership.js';
import type { PositionPolicy } from '../../../src/kafka/consume/position-policy.js';
import { until } from '../../support/until.js';
import { ScriptedGroup } from './scripted-group.js';

const assigned = (...partitions: number[]): Assignment => ({
  past: 'kept',
  partitions,
  alone: true,
  isLeader: true,
  leaderId: 'm',
});

/** The partitions of a member, and its group and logs as the test describes them. */
function owning(policy: PositionPolicy, scripted = new ScriptedGroup()) {
  const log = {
    start: 0,
    end: 600,
    partitions: 1,
    now: 0,
    epoch: undefined as number | undefined,
    isDenied: false,
    isLed: true,
    /** The group has committed for another topic. */
    isOther: false,
    /** Called when the start of the log is asked for. */
    looking: (): void => undefined,
  };
  /** As of the last refresh. */
  const metadata = { partitions: 1 };
  const failures: [code: string, isRetried: boolean][] = [];
  const resets: PositionReset[] = [];
  const every = (partitions: readonly number[], offset: number): Map<number, number> =>
    new Map(partitions.map((partition) => [partition, offset]));
  const group: GroupReader = {
    topic: 't',
    group: 'g',
    get topicId() {
      return scripted.topicId;
    },
    partitionIds: () => Array.from({ length: metadata.partitions }, (_, partition) => partition),
    led: (partitions) => (log.isLed ? [...partitions] : []),
    starts: (partitions) => {
      log.looking();
      return Promise.resolve(every(log.isLed ? partitions : [], log.start));
    },
    ends: (partitions) => Promise.resolve(every(partitions, log.end)),
    since: () => Promise.resolve(new Map()),
    members: () => Promise.resolve([]),
    committed: (partitions) =>
      log.isDenied
        ? Promise.reject(new BrokerError('GROUP_AUTHORIZATION_FAILED'))
        : Promise.resolve(new Map(partitions.map((partition) => [partition, positionOf(partition)]))),
  };
  const positionOf = (partition: number): CommittedPosition | undefined => {
    const offset = scripted.store.get(partition);
    return offset === undefined ? undefined : { offset, epoch: log.epoch, isOfOtherTopic: log.isOther };
  };
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const ownership = new Ownership(
    {
      group,
      policy,
      commit: scripted.commit,
      refresh: () => Promise.resolve((metadata.partitions = log.partitions)),
      retries: () => new RetryPolicy(60_000).following(),
      signal: closing.signal,
    },
    {
      changed: () => undefined,
      answered: () => undefined,
      failed: (error, retries) => {
        const pauseMs = retries.pauseAfter(error, log.now);
        failures.push([error.code, pauseMs !== undefined]);
        return pauseMs === undefined ? undefined : 0;
      },
      reset: (reset) => resets.push(reset),
    },
    0,
  );
  /** A partition that is read. */
  const reading = async (partition: number): Promise<OwnedPartition> => {
    await until('the position is known', () => ownership.flowing(partition) !== undefined);
    return ownership.flowing(partition)!;
  };
  return { ownership, group, log, resets, failures, scripted, reading };
}

/** The book of a worker and its partition 0, whose group has committed this offset. */
async function working(committed: number, epoch?: number) {
  const scripted = new ScriptedGroup();
  scripted.store.set(0, committed);
  const book = new CommitBook({ intervalMs: 5, handoverMs: 0, logger: silentLogger, metrics: silentMetrics });
  onTestFinished(() => book.close());
  const made = owning(new CommittedPositions(book, { start: 'earliest', handoverMs: 0 }), scripted);
  made.log.epoch = epoch;
  book.attach(scripted);
  made.ownership.joined(assigned(0));
  return { ...made, book, owned: await made.reading(0) };
}

describe('the position of a worker', () => {
  test('is set back where the log diverges, and nothing overtakes earlier frames that are not handled', async () => {
    const { ownership, book, owned, reading, resets, scripted } = await working(198);
    const tenure = book.tenureOf(0);
    for (let offset = 198; offset < 205; offset += 1) tenure.tracker.delivered(offset);
    owned.position = 205;
    ownership.diverged(owned, { epoch: 0, offset: 200 });
    expect((await reading(0)).position).toBe(200);
    expect(resets).toEqual([{ partition: 0, from: 205, to: 200, reason: 'log_shorter' }]);
    const now = book.tenureOf(0);
    now.tracker.delivered(200);
    book.done(now, 200);
    book.done(tenure, 200);
    book.done(now, 198);
    await until('what is done is committed', () => scripted.commits.length > 0);
    book.done(now, 199);
    await until('the rest is committed', () => scripted.store.get(0) === 201);
    expect(scripted.commits).toEqual([{ 0: 199 }, { 0: 201 }]);
  });

  test('is not moved on where the log diverges', async () => {
    const { ownership, owned, reading, resets } = await working(205);
    ownership.diverged(owned, { epoch: 3, offset: 300 });
    expect((await reading(0)).position).toBe(205);
    expect(resets).toEqual([]);
  });

  test('is set back to the first record of an epoch that the log does not have, and once only', async () => {
    const { ownership, owned, reading, resets } = await working(180, 5);
    owned.epochs.note(183, 6);
    owned.position = 204;
    ownership.diverged(owned, { epoch: 5, offset: 210 });
    expect((await reading(0)).position).toBe(183);
    const reset = { partition: 0, from: 204, to: 183, reason: 'log_shorter' };
    expect(resets).toEqual([reset]);
    owned.epochs.note(183, 6);
    owned.position = 204;
    ownership.diverged(owned, { epoch: 5, offset: 210 });
    expect(await reading(0)).toMatchObject({ position: 204, epochs: { last: -1 } });
    expect(resets).toEqual([reset]);
  });

  test.each([150, 300])(
    'is the start of the new topic if it was replaced while a divergence at %d was looked at',
    async (at) => {
      const { ownership, scripted, log, owned, reading, resets } = await working(205);
      owned.topicId = 'old';
      scripted.topicId = 'old';
      log.looking = () => {
        scripted.topicId = 'new';
        ownership.topicReplaced();
      };
      ownership.diverged(owned, { epoch: 3, offset: at });
      expect(await reading(0)).toMatchObject({ position: 0, topicId: 'new' });
      expect(resets).toEqual([{ partition: 0, from: 205, to: 0, reason: 'topic_replaced' }]);
    },
  );

  test('is the start of the log if the group has committed for another topic, and that is reported and committed', async () => {
    const scripted = new ScriptedGroup();
    scripted.store.set(0, 70);
    const book = new CommitBook({ intervalMs: 5, handoverMs: 0, logger: silentLogger, metrics: silentMetrics });
    onTestFinished(() => book.close());
    const { ownership, log, reading, resets } = owning(
      new CommittedPositions(book, { start: 'earliest', handoverMs: 0 }),
      scripted,
    );
    Object.assign(log, { start: 30, isOther: true });
    book.attach(scripted);
    ownership.joined(assigned(0));
    expect((await reading(0)).position).toBe(30);
    expect(resets).toEqual([{ partition: 0, from: 70, to: 30, reason: 'topic_replaced' }]);
    await until('the start is committed', () => scripted.store.get(0) === 30);
  });

  test.each([
    ['before the start of the log', 5, { start: 300, end: 300 }, 'records_deleted'],
    ['past the end of the log', 1_000, { start: 300, end: 300 }, 'log_shorter'],
  ])('%s is replaced in the group, although no record follows', async (_where, committed, range, reason) => {
    const { ownership, log, owned, resets, scripted } = await working(committed);
    Object.assign(log, range);
    ownership.outOfRange(owned, { error: undefined as never, failures: 1, until: 0 });
    await until('the new position is committed', () => scripted.store.get(0) === 300);
    expect(resets).toEqual([{ partition: 0, from: committed, to: 300, reason }]);
  });
});

describe('the epoch of a commit', () => {
  test('is sent with the first fetch of the next owner, and again with its commits', async () => {
    const { ownership, owned } = await working(500, 3);
    expect(owned).toMatchObject({ position: 500, epochs: { last: 3 } });
    expect([499, 500, 501].map((offset) => ownership.epochBefore(0, offset))).toEqual([undefined, 3, 3]);
  });

  test('is given up if the leader does not know it, which refuses the offset again although its log has it', async () => {
    const { ownership, owned, reading, resets } = await working(500, 3);
    const refusal = { error: undefined as never, until: 0 };
    ownership.outOfRange(owned, { ...refusal, failures: 1 });
    expect((await reading(0)).epochs.last).toBe(3);
    ownership.outOfRange(owned, { ...refusal, failures: 2 });
    expect((await reading(0)).epochs.last).toBe(-1);
    expect([owned.position, resets]).toEqual([500, []]);
  });

  test('is not that of records that the log has lost', async () => {
    const { ownership, owned, reading } = await working(500, 3);
    ownership.diverged(owned, { epoch: 3, offset: 300 });
    await reading(0);
    expect(ownership.epochBefore(0, 300)).toBeUndefined();
  });
});

describe('the time for denials while positions are searched for', () => {
  test('is not prolonged by joins, and begins again after an answer', async () => {
    const { ownership, log, failures, reading } = await working(5);
    const isRetried = async (seconds: number): Promise<boolean | undefined> => {
      log.now = seconds * 1_000;
      log.isDenied = true;
      const before = failures.length;
      ownership.joinBegins();
      ownership.joined({ ...assigned(0), past: 'new' });
      await until('it is denied', () => failures.length > before);
      return failures.at(-1)?.[1];
    };
    expect(await isRetried(0)).toBe(true);
    log.isDenied = false;
    await reading(0);
    expect(await isRetried(1_000)).toBe(true);
    expect(await isRetried(1_059)).toBe(true);
    expect(await isRetried(1_060)).toBe(false);
    expect(new Set(failures.map(([code]) => code))).toEqual(new Set(['not_authorized']));
  });

  test('begins again after an answer, although the partition has no leader and is not read', async () => {
    const { ownership, log, failures, scripted } = await working(5);
    const lastIs = (code: string): Promise<void> => until(code, () => failures.at(-1)?.[0] === code);
    scripted.store.clear();
    Object.assign(log, { isLed: false, isDenied: true });
    ownership.joinBegins();
    ownership.joined({ ...assigned(0), past: 'new' });
    await lastIs('not_authorized');
    log.isDenied = false;
    await lastIs('broker_unavailable');
    Object.assign(log, { now: 1_000_000, isDenied: true });
    await lastIs('not_authorized');
    expect(failures.at(-1)).toEqual(['not_authorized', true]);
  });
});

describe('a partition that was added', () => {
  async function replying() {
    const policy = new LivePositions(10_000);
    const settled = vi.spyOn(policy, 'settled');
    const made = owning(policy);
    await policy.prepare(made.group);
    const join = async (...partitions: number[]): Promise<void> => {
      const count = settled.mock.calls.length;
      made.ownership.joinBegins();
      made.ownership.joined(assigned(...partitions));
      const done = (): boolean => settled.mock.settledResults[count]?.type === 'fulfilled';
      await until('the partitions are counted', done);
    };
    await join(0);
    made.log.partitions = 2;
    return { ...made, join };
  }

  test('is not read from its beginning if another member got it first, although this one kept its own', async () => {
    const { join, reading } = await replying();
    await join(0);
    await join(0, 1);
    expect((await reading(1)).position).toBe(600);
  });

  test('is read from its beginning if it was added after the last join', async () => {
    const { join, reading } = await replying();
    await join(0, 1);
    expect((await reading(1)).position).toBe(0);
  });
});
