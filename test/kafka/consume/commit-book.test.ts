import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { silentLogger, silentMetrics } from '../../../src/base/ports.js';
import { CommitBook, type Tenure } from '../../../src/kafka/consume/commit-book.js';
import { ScriptedGroup } from './scripted-group.js';

const intervalMs = 500;
const handoverMs = 10_000;

let book: CommitBook;
let group: ScriptedGroup;
let counted: string[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] });
  counted = [];
  book = new CommitBook({
    intervalMs,
    handoverMs,
    logger: silentLogger,
    metrics: { ...silentMetrics, count: (name, _value, labels) => counted.push([name, labels?.['code']].join(' ')) },
  });
  group = new ScriptedGroup();
  book.attach(group.commit, () => group.isMember);
});
afterEach(() => {
  book.close();
  vi.useRealTimers();
});

/** Records come off a partition, and their handling begins. */
function started(partition: number, ...offsets: number[]): Tenure {
  const tenure = book.tenureOf(partition);
  for (const offset of offsets) {
    tenure.tracker.delivered(offset);
    tenure.tracker.started(offset);
  }
  return tenure;
}

const tick = (): Promise<unknown> => vi.advanceTimersByTimeAsync(intervalMs);
/** What is due without a timer. */
const now = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** A commit whose outcome the test decides later. */
function heldCommit(): { succeed(): void } {
  let succeed = (_done: boolean): void => undefined;
  const outcome = new Promise<boolean>((resolve) => (succeed = resolve));
  group.committing.push(() => outcome);
  return { succeed: () => succeed(true) };
}

describe('commits', () => {
  test('are made at the interval, of what is done without a gap, for all partitions together', async () => {
    const [zero, one] = [started(0, 5, 6, 7), started(1, 90)];
    book.done(zero, 5);
    book.done(zero, 7);
    book.done(one, 90);
    await now();
    expect(group.commits).toEqual([]);
    await tick();
    expect(group.commits).toEqual([{ 0: 6, 1: 91 }]);
    expect([book.lastCommitted(0), book.lastCommitted(1)]).toEqual([6, 91]);
  });

  test('are not made when there is nothing new', async () => {
    book.done(started(0, 5), 5);
    await tick();
    await tick();
    await tick();
    expect(group.commits).toEqual([{ 0: 6 }]);
    expect(counted).toEqual(['commits ']);
  });

  test('never overtake each other: one at a time', async () => {
    const tenure = started(0, 5, 6);
    const first = heldCommit();
    book.done(tenure, 5);
    await tick();
    book.done(tenure, 6);
    await tick();
    expect(group.commits).toEqual([{ 0: 6 }]);
    first.succeed();
    await tick();
    expect(group.commits).toEqual([{ 0: 6 }, { 0: 7 }]);
  });

  test('that fail are made again with what is done by then', async () => {
    const tenure = started(0, 5, 6);
    group.committing.push(
      () => Promise.reject(new Error('REBALANCE_IN_PROGRESS')),
      () => Promise.resolve(false),
    );
    book.done(tenure, 5);
    await tick();
    expect(counted).toEqual(['commit_failures internal']);
    book.done(tenure, 6);
    await tick();
    await tick();
    expect(group.commits).toEqual([{ 0: 6 }, { 0: 7 }, { 0: 7 }]);
    expect(book.lastCommitted(0)).toBe(7);
  });

  test('go to the latest group client', async () => {
    const second = new ScriptedGroup();
    book.done(started(0, 5), 5);
    book.attach(second.commit, () => true);
    await tick();
    expect([group.commits, second.commits]).toEqual([[], [{ 0: 6 }]]);
    expect(vi.getTimerCount(), 'one timer for all').toBe(1);
  });

  test('are not made of what the group has further already', async () => {
    const tenure = started(0, 5, 6);
    book.committedElsewhere(0, 6);
    book.done(tenure, 5);
    await tick();
    expect(group.commits).toEqual([]);
    book.done(tenure, 6);
    await tick();
    expect(group.commits).toEqual([{ 0: 7 }]);
  });

  test('end with the book', async () => {
    const tenure = started(0, 5);
    book.done(tenure, 5);
    book.close();
    await tick();
    expect(group.commits).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    expect(book.permission(tenure, 5)).toBe('drop');
  });
});

describe('while this process is not surely a member', () => {
  test('nothing new is started, and what was started goes on', () => {
    const tenure = started(0, 5);
    tenure.tracker.delivered(6);
    const untouched = book.tenureOf(1);
    expect(book.permission(tenure, 6)).toBe('yes');
    group.isMember = false;
    expect([book.permission(tenure, 5), book.permission(tenure, 6)]).toEqual(['yes', 'hold']);
    expect(book.permission(untouched, 0)).toBe('hold');
    group.isMember = true;
    expect(book.permission(tenure, 6)).toBe('yes');
  });

  test('whoever holds back is told when it is over, until it no longer wants to know', () => {
    const told: boolean[] = [];
    const tenure = book.tenureOf(0);
    const stop = book.onRelease(() => told.push(book.permission(tenure, 0) === 'yes'));
    expect(told).toEqual([]);
    book.release();
    stop();
    book.release();
    expect(told).toEqual([true]);
  });
});

describe('a partition that goes to another member', () => {
  test('is worked on up to where we had begun, and no further', () => {
    const tenure = started(0, 5, 6);
    tenure.tracker.delivered(7);
    book.depart(0);
    expect([5, 6, 7].map((offset) => book.permission(tenure, offset))).toEqual(['yes', 'yes', 'drop']);
  });

  test('is not worked on where nothing had begun', () => {
    const tenure = book.tenureOf(0);
    tenure.tracker.delivered(0);
    book.depart(0);
    expect(book.permission(tenure, 0)).toBe('drop');
  });

  test('is committed as soon as that is done: somebody waits for it', async () => {
    const tenure = started(0, 5, 6);
    book.depart(0);
    book.done(tenure, 5);
    await now();
    expect(group.commits).toEqual([]);
    book.done(tenure, 6);
    await now();
    expect(group.commits).toEqual([{ 0: 7 }]);
    expect(book.permission(tenure, 6), 'then it is over').toBe('drop');
    await tick();
    expect(group.commits).toHaveLength(1);
  });

  test('is committed in part at the interval', async () => {
    const tenure = started(0, 5, 6);
    book.depart(0);
    book.done(tenure, 5);
    await tick();
    expect(group.commits).toEqual([{ 0: 6 }]);
    expect(book.permission(tenure, 6)).toBe('yes');
  });

  test('is not waited for any longer than the other member does', async () => {
    const tenure = started(0, 5);
    book.depart(0);
    await vi.advanceTimersByTimeAsync(handoverMs);
    expect(book.permission(tenure, 5)).toBe('drop');
    book.done(tenure, 5);
    await tick();
    expect(group.commits).toEqual([]);
  });

  test('and comes back begins anew: a late acknowledgement finds its own time', async () => {
    const before = started(0, 5, 6);
    book.depart(0);
    const after = started(0, 7, 8);
    expect(after).not.toBe(before);
    book.done(after, 7);
    book.done(before, 6);
    await tick();
    expect(group.commits).toEqual([{ 0: 8 }]);
    expect(book.lastCommitted(0)).toBe(8);
  });

  test('and was never ours needs nothing', async () => {
    book.depart(9);
    book.drop(9);
    await tick();
    expect(group.commits).toEqual([]);
  });
});

describe('a partition that was taken from us', () => {
  test('is not worked on, and acknowledgements from before mean nothing', async () => {
    const tenure = started(0, 5);
    book.drop(0);
    expect(book.permission(tenure, 5)).toBe('drop');
    book.done(tenure, 5);
    await tick();
    expect(group.commits).toEqual([]);
    expect(book.lastCommitted(0)).toBeUndefined();
  });
});

describe('a partition whose log is another one', () => {
  test('what was read of the old one is handled, and commits nothing; the new one begins from nothing', async () => {
    const before = started(0, 5, 6);
    book.committedElsewhere(0, 5);
    book.detach(0);
    expect(book.permission(before, 6)).toBe('yes');
    book.done(before, 5);
    await tick();
    expect(group.commits).toEqual([]);
    book.done(started(0, 0), 0);
    await tick();
    expect(group.commits).toEqual([{ 0: 1 }]);
  });
});

describe('offsets without records', () => {
  test('are committed past, once what was before them is done', async () => {
    const tenure = started(0, 5);
    book.passed(0, 8);
    await tick();
    expect(group.commits).toEqual([]);
    book.done(tenure, 5);
    await tick();
    expect(group.commits).toEqual([{ 0: 8 }]);
    book.passed(0, 9);
    await tick();
    expect(group.commits).toEqual([{ 0: 8 }, { 0: 9 }]);
  });
});

describe('what others are told', () => {
  test('is how far we have begun, where that is not committed', async () => {
    const [zero, one] = [started(0, 5, 6), started(1, 9)];
    started(2).tracker.delivered(1);
    expect(book.busyUntil()).toEqual(
      new Map([
        [0, 7],
        [1, 10],
      ]),
    );
    book.done(zero, 5);
    book.done(one, 9);
    await tick();
    expect(book.busyUntil()).toEqual(new Map([[0, 7]]));
  });

  test('holds for partitions that are about to leave us, too', async () => {
    const tenure = started(0, 5);
    book.depart(0);
    expect(book.busyUntil()).toEqual(new Map([[0, 6]]));
    book.done(tenure, 5);
    await now();
    expect(book.busyUntil()).toEqual(new Map());
  });
});

describe('flushing', () => {
  test('commits at once what is done', async () => {
    const tenure = started(0, 5, 6);
    book.done(tenure, 5);
    await book.flush(new Deadline(1_000));
    expect(group.commits).toEqual([{ 0: 6 }]);
  });

  test('commits what became due behind a commit that was under way', async () => {
    const tenure = started(0, 5, 6);
    const first = heldCommit();
    book.done(tenure, 5);
    await tick();
    book.done(tenure, 6);
    const flushed = book.flush(new Deadline(1_000));
    first.succeed();
    await flushed;
    expect(group.commits).toEqual([{ 0: 6 }, { 0: 7 }]);
  });

  test('tries again after a failure', async () => {
    group.committing.push(() => Promise.reject(new Error('NOT_COORDINATOR')));
    book.done(started(0, 5), 5);
    await book.flush(new Deadline(1_000));
    expect(group.commits).toEqual([{ 0: 6 }, { 0: 6 }]);
  });

  test('rejects at its deadline', async () => {
    vi.useRealTimers();
    for (let i = 0; i < 100; i += 1) group.committing.push(() => Promise.reject(new Error('down')));
    book.done(started(0, 5), 5);
    await expect(book.flush(new Deadline(50))).rejects.toMatchObject({ code: 'deadline_exceeded', stage: 'commit' });
  });

  test('has nothing to do without work, or without a group', async () => {
    await book.flush(new Deadline(1_000));
    const alone = new CommitBook({ intervalMs, handoverMs, logger: silentLogger, metrics: silentMetrics });
    const tenure = alone.tenureOf(0);
    tenure.tracker.delivered(1);
    alone.done(tenure, 1);
    await alone.flush(new Deadline(1_000));
    expect(group.commits).toEqual([]);
  });
});
