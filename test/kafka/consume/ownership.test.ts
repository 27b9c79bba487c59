import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLogger, silentMetrics } from '../../../src/base/ports.js';
import { CommitBook } from '../../../src/kafka/consume/commit-book.js';
import { CommittedPositions } from '../../../src/kafka/consume/committed-positions.js';
import type { GroupReader } from '../../../src/kafka/consume/group-client.js';
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
  const log = { start: 0, end: 600, partitions: 1 };
  const resets: PositionReset[] = [];
  const every = (partitions: readonly number[], offset: number): Map<number, number> =>
    new Map(partitions.map((partition) => [partition, offset]));
  const group: GroupReader = {
    topic: 't',
    group: 'g',
    get topicId() {
      return scripted.topicId;
    },
    partitionIds: () => Array.from({ length: log.partitions }, (_, partition) => partition),
    led: (partitions) => [...partitions],
    starts: (partitions) => Promise.resolve(every(partitions, log.start)),
    ends: (partitions) => Promise.resolve(every(partitions, log.end)),
    since: () => Promise.resolve(new Map()),
    members: () => Promise.resolve([]),
    committed: (partitions) =>
      Promise.resolve(new Map(partitions.map((partition) => [partition, scripted.store.get(partition)]))),
  };
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const ownership = new Ownership(
    { group, policy, commit: scripted.commit, refresh: () => Promise.resolve(), signal: closing.signal },
    { changed: () => undefined, failed: () => undefined, reset: (reset) => resets.push(reset) },
    0,
  );
  /** A partition that is read. */
  const reading = async (partition: number): Promise<OwnedPartition> => {
    await until('the position is known', () => ownership.flowing(partition) !== undefined);
    return ownership.flowing(partition)!;
  };
  return { ownership, group, log, resets, scripted, reading };
}

/** The book of a worker and its partition 0, whose group has committed this offset. */
async function working(committed: number) {
  const scripted = new ScriptedGroup();
  scripted.store.set(0, committed);
  const book = new CommitBook({ intervalMs: 5, handoverMs: 0, logger: silentLogger, metrics: silentMetrics });
  onTestFinished(() => book.close());
  const made = owning(new CommittedPositions(book, { start: 'earliest', handoverMs: 0 }), scripted);
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
    ownership.diverged(owned, 200);
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
    ownership.diverged(owned, 300);
    expect((await reading(0)).position).toBe(205);
    expect(resets).toEqual([]);
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
