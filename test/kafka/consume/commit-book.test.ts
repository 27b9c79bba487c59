import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import { silentLogger, silentMetrics } from '../../../src/base/ports.js';
import { CommitBook, type Tenure } from '../../../src/kafka/consume/commit-book.js';
import { ScriptedGroup } from './scripted-group.js';

const INTERVAL_MS = 500;
const HANDOVER_MS = 10_000;

let book: CommitBook;
let group: ScriptedGroup;
let counted: string[];
let logged: Record<string, unknown>[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout', 'performance'] });
  counted = [];
  logged = [];
  book = new CommitBook({
    intervalMs: INTERVAL_MS,
    handoverMs: HANDOVER_MS,
    logger: { ...silentLogger, warn: (_line, fields) => logged.push(fields ?? {}) },
    metrics: { ...silentMetrics, count: (name, _value, labels) => counted.push([name, labels?.['code']].join(' ')) },
  });
  group = new ScriptedGroup();
  book.attach(group);
});
afterEach(() => {
  book.close();
  vi.useRealTimers();
});

/** Records are read from a partition, and their handling starts. */
function started(partition: number, ...offsets: number[]): Tenure {
  const tenure = book.tenureOf(partition);
  for (const offset of offsets) {
    tenure.tracker.delivered(offset);
    tenure.tracker.started(offset);
  }
  return tenure;
}

const tick = (): Promise<unknown> => vi.advanceTimersByTimeAsync(INTERVAL_MS);
/** Runs what is due without a timer. */
const now = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

/** A commit whose outcome the test decides later. */
function heldCommit(): { succeed(): void } {
  let succeed = (_done: boolean): void => undefined;
  const outcome = new Promise<boolean>((resolve) => (succeed = resolve));
  group.committing.push(() => outcome);
  return { succeed: () => succeed(true) };
}

describe('commits', () => {
  test('are made at the interval, up to the first frame that is not done, for all partitions together', async () => {
    const [zero, one] = [started(0, 5, 6, 7), started(1, 90)];
    book.done(zero, 5);
    book.done(zero, 7);
    book.done(one, 90);
    await now();
    expect(group.commits).toEqual([]);
    await tick();
    expect(group.commits).toEqual([{ 0: 6, 1: 91 }]);
    expect([book.tenureOf(0).lastCommitted, book.tenureOf(1).lastCommitted]).toEqual([6, 91]);
  });

  test('are not made if there is nothing new', async () => {
    book.done(started(0, 5), 5);
    await tick();
    await tick();
    await tick();
    expect(group.commits).toEqual([{ 0: 6 }]);
    expect(counted).toEqual(['commits ']);
  });

  test('are made one at a time, in order', async () => {
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

  test('that fail are retried with the latest offsets', async () => {
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
    expect(book.tenureOf(0).lastCommitted).toBe(7);
  });

  test('are sent with the latest group client', async () => {
    const second = new ScriptedGroup();
    book.done(started(0, 5), 5);
    book.attach(second);
    await tick();
    expect([group.commits, second.commits]).toEqual([[], [{ 0: 6 }]]);
    expect(vi.getTimerCount(), 'one timer for all').toBe(1);
  });

  test('are not made for offsets below those that the group has', async () => {
    const tenure = started(0, 5, 6);
    book.committedElsewhere(0, 6);
    book.done(tenure, 5);
    await tick();
    expect(group.commits).toEqual([]);
    book.done(tenure, 6);
    await tick();
    expect(group.commits).toEqual([{ 0: 7 }]);
  });

  test('end when the book is closed', async () => {
    const tenure = started(0, 5);
    book.done(tenure, 5);
    book.close();
    await tick();
    expect(group.commits).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
    expect(book.mayStart(tenure, 5)).toBe('drop');
  });
});

describe('commits that do not succeed for long', () => {
  const notes = (): unknown[] => logged.map(({ error, count }) => [error, count]);

  test('are logged at once, then every 5 s with a count', async () => {
    for (let i = 0; i < 15; i += 1) group.committing.push(() => Promise.reject(new Error('down')));
    book.done(started(0, 5), 5);
    for (let i = 0; i < 15; i += 1) await tick();
    expect(notes()).toEqual([
      ['down', 1],
      ['down', 10],
    ]);
  });

  test('are logged if the group puts them off for longer than a rebalance lasts', async () => {
    for (let i = 0; i < 40; i += 1) group.committing.push(() => Promise.resolve(false));
    book.done(started(0, 5), 5);
    for (let i = 0; i < 10; i += 1) await tick();
    expect(notes()).toEqual([]);
    for (let i = 0; i < 2; i += 1) await tick();
    expect(String(notes()[0])).toMatch(/^the coordinator has accepted no commit of this member for 5\d00 ms/);
  });

  test('are not logged after the book was closed, because the caller that closed it has reported what was not committed', async () => {
    let fail = (_why: Error): void => undefined;
    group.committing.push(() => new Promise((_, reject) => (fail = reject)));
    book.done(started(0, 5), 5);
    await tick();
    book.close();
    fail(new Error('this client is closed'));
    await now();
    expect(notes()).toEqual([]);
  });

  test('are not logged while this process is no member', async () => {
    group.standing = 'none';
    for (let i = 0; i < 40; i += 1) group.committing.push(() => Promise.resolve(false));
    book.done(started(0, 5), 5);
    for (let i = 0; i < 30; i += 1) await tick();
    expect(notes()).toEqual([]);
  });
});

describe('while this process may no longer be a member', () => {
  test('no frame is started while it joins, but those of a path behind a started one, which others wait for', () => {
    const tenure = started(0, 5);
    tenure.tracker.delivered(6);
    const untouched = book.tenureOf(1);
    expect(book.mayStart(tenure, 6)).toBe('yes');
    group.standing = 'joining';
    expect([book.mayStart(tenure, 5), book.mayStart(tenure, 6)]).toEqual(['yes', 'hold']);
    expect(book.mayStart(untouched, 0)).toBe('hold');
    group.standing = 'member';
    expect(book.mayStart(tenure, 6)).toBe('yes');
  });

  test('nothing is started while the group may have given the partitions to others, which do not wait', () => {
    const tenure = started(0, 5);
    const departing = started(1, 5);
    const detached = started(2, 5);
    book.depart(1);
    book.detach(2);
    group.standing = 'none';
    expect([tenure, departing, detached].map((one) => book.mayStart(one, 5))).toEqual(['hold', 'hold', 'hold']);
    group.standing = 'joining';
    expect([tenure, departing, detached].map((one) => book.mayStart(one, 5))).toEqual(['yes', 'yes', 'yes']);
  });

  test('nothing of an ended membership is started or committed', async () => {
    const [zero, one] = [started(0, 5), started(1, 5)];
    book.depart(1);
    book.dropAll();
    expect([book.mayStart(zero, 6), book.mayStart(one, 5)]).toEqual(['drop', 'drop']);
    book.done(zero, 5);
    book.done(one, 5);
    await tick();
    expect([group.commits, [...book.busyUntil()]]).toEqual([[], []]);
  });

  test('listeners are notified when this is over, until they are removed', () => {
    const notified: boolean[] = [];
    const tenure = book.tenureOf(0);
    const stop = book.onRelease(() => notified.push(book.mayStart(tenure, 0) === 'yes'));
    expect(notified).toEqual([]);
    book.release();
    stop();
    book.release();
    expect(notified).toEqual([true]);
  });
});

describe('a partition that is revoked', () => {
  test('is handled up to the last started frame', () => {
    const tenure = started(0, 5, 6);
    tenure.tracker.delivered(7);
    book.depart(0);
    expect([5, 6, 7].map((offset) => book.mayStart(tenure, offset))).toEqual(['yes', 'yes', 'drop']);
  });

  test('is not handled if no frame was started', () => {
    const tenure = book.tenureOf(0);
    tenure.tracker.delivered(0);
    book.depart(0);
    expect(book.mayStart(tenure, 0)).toBe('drop');
  });

  test('is committed as soon as these frames are done, because the next member waits for this', async () => {
    const tenure = started(0, 5, 6);
    book.depart(0);
    book.done(tenure, 5);
    await now();
    expect(group.commits).toEqual([]);
    book.done(tenure, 6);
    await now();
    expect(group.commits).toEqual([{ 0: 7 }]);
    expect(book.mayStart(tenure, 6), 'then it is over').toBe('drop');
    await tick();
    expect(group.commits).toHaveLength(1);
  });

  test('is committed at the interval while frames are not done', async () => {
    const tenure = started(0, 5, 6);
    book.depart(0);
    book.done(tenure, 5);
    await tick();
    expect(group.commits).toEqual([{ 0: 6 }]);
    expect(book.mayStart(tenure, 6)).toBe('yes');
  });

  test('is awaited no longer than the other member waits', async () => {
    const tenure = started(0, 5);
    book.depart(0);
    await vi.advanceTimersByTimeAsync(HANDOVER_MS);
    expect(book.mayStart(tenure, 5)).toBe('drop');
    book.done(tenure, 5);
    await tick();
    expect(group.commits).toEqual([]);
  });

  test('and assigned again starts from new offsets, and late acknowledgements count for the old assignment', async () => {
    const before = started(0, 5, 6);
    book.depart(0);
    const after = started(0, 7, 8);
    expect(after).not.toBe(before);
    book.done(after, 7);
    book.done(before, 6);
    await tick();
    expect(group.commits).toEqual([{ 0: 8 }]);
    expect(book.tenureOf(0).lastCommitted).toBe(8);
  });

  test('and was never owned needs no commit', async () => {
    book.depart(9);
    book.drop(9);
    await tick();
    expect(group.commits).toEqual([]);
  });
});

describe('a partition that was lost', () => {
  test('is not handled, and earlier acknowledgements have no effect', async () => {
    const tenure = started(0, 5);
    book.drop(0);
    expect(book.mayStart(tenure, 5)).toBe('drop');
    book.done(tenure, 5);
    await tick();
    expect(group.commits).toEqual([]);
    expect(book.tenureOf(0).lastCommitted).toBeUndefined();
  });
});

describe('a partition with a new log', () => {
  test('has no commits of frames from the old log, which are still handled, and starts without a position', async () => {
    const before = started(0, 5, 6);
    book.committedElsewhere(0, 5);
    book.detach(0);
    expect(book.mayStart(before, 6)).toBe('yes');
    book.done(before, 5);
    await tick();
    expect(group.commits).toEqual([]);
    book.done(started(0, 0), 0);
    await tick();
    expect(group.commits).toEqual([{ 0: 1 }]);
  });
});

describe('a partition whose log has lost its newest records', () => {
  test('has no commit beyond frames that are still in the log and not done, and the next member waits for them', async () => {
    const tenure = started(0, 197, 198, 199, 200, 201);
    book.cutFrom(0, 200);
    book.passed(0, 200);
    expect(book.tenureOf(0)).toBe(tenure);
    for (const offset of [200, 201]) book.done(tenure, offset);
    started(0, 200);
    book.done(tenure, 200);
    await tick();
    expect(group.commits).toEqual([]);
    expect(book.busyUntil()).toEqual(new Map([[0, 201]]));
    for (const offset of [197, 198, 199]) book.done(tenure, offset);
    await tick();
    expect(group.commits).toEqual([{ 0: 201 }]);
  });

  test('has a commit that replaces a higher one', async () => {
    book.committedElsewhere(0, 500);
    book.cutFrom(0, 300);
    book.passed(0, 300);
    await tick();
    expect(group.commits).toEqual([{ 0: 300 }]);
  });

  test('has a commit that replaces a higher one that was being made meanwhile', async () => {
    const tenure = started(0, 5, 6);
    const before = heldCommit();
    book.done(tenure, 5);
    book.done(tenure, 6);
    await tick();
    book.cutFrom(0, 6);
    before.succeed();
    await tick();
    expect(group.commits).toEqual([{ 0: 7 }, { 0: 6 }]);
  });

  test('and that was given up before has no more commits of the earlier assignment', async () => {
    const before = started(0, 5, 6);
    book.depart(0);
    book.cutFrom(0, 6);
    book.done(before, 5);
    await tick();
    expect(group.commits).toEqual([]);
  });
});

describe('a partition that moved away before its log was replaced', () => {
  test('has no commits of frames from the old log, which are still handled', async () => {
    group.topicId = 'old';
    const before = started(0, 5, 6);
    book.depart(0);
    group.topicId = 'new';
    expect(book.mayStart(before, 6)).toBe('yes');
    book.done(before, 5);
    book.done(before, 6);
    await tick();
    expect([group.commits, book.busyUntil()]).toEqual([[], new Map()]);
    book.done(started(0, 0), 0);
    await tick();
    expect(group.commits).toEqual([{ 0: 1 }]);
  });

  test('and came back has no commits of frames that its log has lost', async () => {
    const before = started(0, 5, 6);
    book.depart(0);
    book.detach(0);
    book.done(before, 5);
    await tick();
    expect(group.commits).toEqual([]);
  });

  test('has commits while the id of the topic is not known', async () => {
    group.topicId = 'old';
    const before = started(0, 5);
    group.topicId = undefined;
    book.done(before, 5);
    await tick();
    expect(group.commits).toEqual([{ 0: 6 }]);
  });
});

describe('offsets without records', () => {
  test('are included in a commit after all earlier frames are done', async () => {
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

describe('the positions that other members get', () => {
  test('are those of started frames that are not committed', async () => {
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

  test('include partitions that are being revoked', async () => {
    const tenure = started(0, 5);
    book.depart(0);
    expect(book.busyUntil()).toEqual(new Map([[0, 6]]));
    book.done(tenure, 5);
    await now();
    expect(book.busyUntil()).toEqual(new Map());
  });
});

describe('flushing', () => {
  test('commits done frames immediately', async () => {
    const tenure = started(0, 5, 6);
    book.done(tenure, 5);
    await book.flush(new Deadline(1_000));
    expect(group.commits).toEqual([{ 0: 6 }]);
  });

  test('commits frames that became due during another commit', async () => {
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

  test('retries after a failure', async () => {
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

  test('rejects at once with the error that ended the membership', async () => {
    group.standing = 'none';
    group.ended = new pubsub_error('not_authorized', 'join', 'denied');
    book.done(started(0, 5), 5);
    await expect(book.flush(new Deadline(60_000))).rejects.toBe(group.ended);
    expect(group.commits).toEqual([]);
  });

  test('does nothing without frames, or without a group', async () => {
    await book.flush(new Deadline(1_000));
    const alone = new CommitBook({
      intervalMs: INTERVAL_MS,
      handoverMs: HANDOVER_MS,
      logger: silentLogger,
      metrics: silentMetrics,
    });
    const tenure = alone.tenureOf(0);
    tenure.tracker.delivered(1);
    alone.done(tenure, 1);
    await alone.flush(new Deadline(1_000));
    expect(group.commits).toEqual([]);
  });
});
