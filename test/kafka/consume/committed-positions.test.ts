import { describe, expect, onTestFinished, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { silentLogger, silentMetrics } from '../../../src/base/ports.js';
import { CommitBook } from '../../../src/kafka/consume/commit-book.js';
import { CommittedPositions } from '../../../src/kafka/consume/committed-positions.js';
import type { GroupMember, GroupReader } from '../../../src/kafka/consume/group-client.js';
import type { LogPosition } from '../../../src/kafka/consume/leader-epochs.js';
import { noMemberData } from '../../../src/kafka/consume/member-data.js';
import { patient } from '../../support/patience.js';
import { until } from '../../support/until.js';
import { ScriptedGroup } from './scripted-group.js';

const at = (offset: number): LogPosition => ({ offset, epoch: undefined });

/** A member that still handles records of partition 0 up to this offset. */
const busy = (untilOffset: number): GroupMember => ({
  memberId: 'm',
  topics: ['t'],
  data: { ...noMemberData, busyUntil: new Map([[0, untilOffset]]) },
});

/** A group whose only partition has the offsets 0 to 99; it has committed nothing, and has no other members. */
const groupWith = (answers: Partial<GroupReader>): GroupReader => ({
  topic: 't',
  group: 'g',
  topicId: undefined,
  partitionIds: () => [0],
  led: (partitions) => [...partitions],
  starts: () => Promise.resolve(new Map([[0, 0]])),
  ends: () => Promise.resolve(new Map([[0, 100]])),
  since: () => Promise.resolve(new Map()),
  members: () => Promise.resolve([]),
  committed: () => Promise.resolve(new Map([[0, undefined]])),
  ...answers,
});

/** A member that was given partition 0, whose committed offset is 5, and the group as it answers. */
function found(
  answers: { members: (readonly GroupMember[] | undefined)[]; committed: number },
  prepare: (book: CommitBook) => boolean = () => false,
  epoch?: number,
) {
  const options = { intervalMs: 1_000, handoverMs: patient(10_000), logger: silentLogger, metrics: silentMetrics };
  const book = new CommitBook(options);
  onTestFinished(() => book.close());
  const alone = prepare(book);
  const asked = { members: 0, committed: 0 };
  const group = groupWith({
    members: () => Promise.resolve(answers.members[Math.min(asked.members++, answers.members.length - 1)]),
    committed: () => {
      asked.committed += 1;
      return Promise.resolve(new Map([[0, { ...at(answers.committed), isOfOtherTopic: false }]]));
    },
  });
  let isCurrent = true;
  const positions = new CommittedPositions(book, { start: 'earliest', handoverMs: options.handoverMs }).find({
    group,
    commit: () => Promise.resolve(true),
    partitions: [0],
    known: new Map(),
    epochBefore: () => epoch,
    facts: { alone, first: false },
    current: () => isCurrent,
    deadline: new Deadline(patient(20_000)),
    ready: () => undefined,
  });
  return { positions, asked, book, joinAgain: () => (isCurrent = false) };
}

test('a partition is read from where its former owner has committed what it was handling', async () => {
  const answers = { members: [[busy(8)]], committed: 5 };
  const { positions, asked } = found(answers);
  await until('the commit is awaited', () => asked.committed > 2);
  answers.committed = 8;
  expect(await positions).toEqual(new Map([[0, at(8)]]));
});

test('a former owner is also awaited if it knows the id of the topic, and the brokers give none now', async () => {
  const member = busy(8);
  const answers = { members: [[{ ...member, data: { ...member.data, topicId: 'a1' } }]], committed: 5 };
  const { positions, asked } = found(answers);
  await until('the commit is awaited', () => asked.committed > 2);
  answers.committed = 8;
  expect(await positions).toEqual(new Map([[0, at(8)]]));
});

test('while the group rebalances again and names no members, nothing is read that one of them may be handling', async () => {
  const answers = { members: [undefined, undefined, [busy(8)]], committed: 5 };
  const { positions, asked } = found(answers);
  await until('the commit is awaited', () => asked.committed > 2);
  expect(asked.members).toBe(3);
  answers.committed = 8;
  expect(await positions).toEqual(new Map([[0, at(8)]]));
});

test('a member that joins again waits no longer, and reads nothing', async () => {
  const { positions, asked, joinAgain } = found({ members: [undefined], committed: 5 });
  await until('the members are asked for', () => asked.members > 1);
  joinAgain();
  expect(await positions).toEqual(new Map());
});

test('a member that is alone waits for what it still handles of a partition that it had given up', async () => {
  const answers = { members: [[busy(8)]], committed: 5 };
  const { positions, asked } = found(answers, (book) => {
    const tenure = book.tenureOf(0);
    tenure.tracker.delivered(7);
    tenure.tracker.started(7);
    book.depart(0);
    return true;
  });
  await until('the commit is awaited', () => asked.committed > 2);
  answers.committed = 8;
  expect(await positions).toEqual(new Map([[0, at(8)]]));
});

describe('a member that was removed while it handled a record, and gets the partition again', () => {
  /** It handles the record 5, and has read 6. The group has committed 5, and removes the member. */
  const removed = (book: CommitBook): boolean => {
    book.committedElsewhere(0, 5);
    const tenure = book.tenureOf(0);
    for (const offset of [5, 6]) tenure.tracker.delivered(offset);
    tenure.tracker.started(5);
    book.drop(0);
    book.done(tenure, 5);
    return true;
  };

  test('continues behind this record, and commits it', async () => {
    const { positions, book } = found({ members: [[]], committed: 5 }, removed, 3);
    expect(await positions).toEqual(new Map([[0, { offset: 6, epoch: 3 }]]));
    const group = new ScriptedGroup();
    book.attach(group);
    await book.flush(new Deadline(1_000));
    expect(group.store).toEqual(new Map([[0, 6]]));
  });

  test.each([2, 8])('continues at what others have committed meanwhile (%i)', async (committed) => {
    const { positions } = found({ members: [[]], committed }, removed, 3);
    expect(await positions).toEqual(new Map([[0, at(committed)]]));
  });

  test('handles the record again if it could not notice that the log has lost it', async () => {
    const { positions } = found({ members: [[]], committed: 5 }, removed);
    expect(await positions).toEqual(new Map([[0, at(5)]]));
  });
});

test('a rebalance that prevents the commit of the first positions is not a failure: a later join commits them', async () => {
  const options = { intervalMs: 1_000, handoverMs: 0, logger: silentLogger, metrics: silentMetrics };
  const book = new CommitBook(options);
  onTestFinished(() => book.close());
  const positions = new CommittedPositions(book, { start: 'latest', handoverMs: 0 });
  const scripted = new ScriptedGroup();
  scripted.committing.push(() => Promise.resolve(false));
  const group = groupWith({
    committed: () => {
      const offset = scripted.store.get(0);
      return Promise.resolve(
        new Map([[0, offset === undefined ? undefined : { ...at(offset), isOfOtherTopic: false }]]),
      );
    },
  });
  await positions.prepare(group);
  let isReady = false;
  const find = (first: boolean): Promise<unknown> =>
    positions.find({
      group,
      commit: scripted.commit,
      partitions: [0],
      known: new Map(),
      epochBefore: () => undefined,
      facts: { alone: true, first },
      current: () => true,
      deadline: new Deadline(patient(20_000)),
      ready: () => (isReady = true),
    });
  expect([await find(true), isReady]).toEqual([new Map(), false]);
  expect([await find(false), isReady]).toEqual([new Map([[0, at(100)]]), true]);
  expect(scripted.store).toEqual(new Map([[0, 100]]));
});

test.each(['earliest', 'latest'] as const)(
  'a commit of another topic is replaced by the start of the log, although start is %s',
  async (start) => {
    const book = new CommitBook({ intervalMs: 1_000, handoverMs: 0, logger: silentLogger, metrics: silentMetrics });
    onTestFinished(() => book.close());
    const positions = new CommittedPositions(book, { start, handoverMs: 0 });
    const scripted = new ScriptedGroup();
    const group = groupWith({
      topicId: 'b2',
      starts: () => Promise.resolve(new Map([[0, 30]])),
      committed: () => Promise.resolve(new Map([[0, { ...at(70), isOfOtherTopic: true }]])),
    });
    await positions.prepare(group);
    const found = await positions.find({
      group,
      commit: scripted.commit,
      partitions: [0],
      known: new Map(),
      epochBefore: () => undefined,
      facts: { alone: true, first: true },
      current: () => true,
      deadline: new Deadline(patient(20_000)),
      ready: () => undefined,
    });
    expect(found).toEqual(new Map([[0, { ...at(30), insteadOf: 70 }]]));
    expect(scripted.store).toEqual(new Map());
  },
);
