import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silent_logger, silent_metrics } from '../../../src/base/ports.js';
import { Lanes } from '../../../src/kafka/produce/lanes.js';
import { BrokerError } from '../../../src/kafka/client/broker-error.js';
import { answered, connectionBroke, kafkajsErrors, nameOf, ScriptedPort, TestRecord, turn } from './scripted-port.js';

// The lanes' own timers are fake; `turn` waits for what is due with real `setImmediate`s.
beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

interface World {
  port: ScriptedPort;
  lanes: Lanes;
  counted: string[];
  /** Handed back, because their partition is gone. */
  unplaced: string[];
  /** Adds records of these names to a partition. */
  add(partition: number, ...names: string[]): TestRecord[];
}

function world(retryDeniedMs = 0): World {
  const port = new ScriptedPort();
  const counted: string[] = [];
  const unplaced: string[] = [];
  const lanes = new Lanes(port, {
    topic: 'worker',
    logger: silent_logger,
    metrics: {
      ...silent_metrics,
      count: (name, _value, labels) => counted.push(`${name} ${labels?.['error'] ?? labels?.['code'] ?? ''}`),
    },
    retryDeniedMs,
    unplaced: (record) => unplaced.push(nameOf(record)),
  });
  const add = (partition: number, ...names: string[]): TestRecord[] =>
    names.map((name) => {
      const record = new TestRecord(name);
      lanes.add(partition, record);
      return record;
    });
  return { port, lanes, counted, unplaced, add };
}

/** Lets the waiting time before the next attempt pass, however long it is. */
async function backoff(): Promise<void> {
  await turn();
  await vi.advanceTimersByTimeAsync(3_000);
  await turn();
}

const sent = ({ only }: ScriptedPort): Record<string, readonly string[]> => Object.fromEntries(only.batches);

describe('concurrent sends', () => {
  test('of one moment go in one request, and everything that comes while it is in flight in the next', async () => {
    const { port, add } = world();
    add(0, 'a', 'b');
    add(1, 'c');
    await turn();
    expect(sent(port)).toEqual({ 0: ['a', 'b'], 1: ['c'] });
    add(0, 'd');
    await turn();
    add(0, 'e');
    add(2, 'f');
    await turn();
    await port.only.succeed();
    expect(sent(port)).toEqual({ 0: ['d', 'e'], 2: ['f'] });
    await port.only.succeed();
    expect(port.requests).toEqual([]);
  });

  test('made by callbacks that are due at the same moment go in the same request', async () => {
    const { port, add } = world();
    add(0, 'a');
    queueMicrotask(() => add(0, 'b'));
    process.nextTick(() => add(1, 'c'));
    await turn();
    expect(sent(port)).toEqual({ 0: ['a', 'b'], 1: ['c'] });
  });

  test('each get their own offset', async () => {
    const { port, add } = world();
    port.log(0).push('older', 'older');
    const [a, b] = add(0, 'a', 'b');
    const [c] = add(3, 'c');
    await turn();
    await port.only.succeed();
    expect(a?.outcomes).toEqual([{ offset: 2, partition: 0 }]);
    expect(b?.outcomes).toEqual([{ offset: 3, partition: 0 }]);
    expect(c?.outcomes).toEqual([{ offset: 0, partition: 3 }]);
  });

  test('to two leaders do not wait for each other', async () => {
    const { port, add } = world();
    port.leaders.set(0, 1).set(1, 2);
    add(0, 'a');
    add(1, 'b');
    await turn();
    expect(port.requests.map(({ leader }) => leader)).toEqual([1, 2]);
    await port.requests[1]!.succeed();
    add(1, 'c');
    await turn();
    expect(port.requests.map(({ leader, batches }) => [leader, ...batches.values()])).toEqual([
      [1, ['a']],
      [2, ['c']],
    ]);
  });

  test('that are more than a request takes go in several, in order', async () => {
    const { port, add } = world();
    const names = Array.from({ length: 2_300 }, (_, i) => String(i));
    add(0, ...names);
    for (let left = 3; left > 0; left -= 1) {
      await turn();
      expect(sent(port)['0']!.length).toBeLessThanOrEqual(1_000);
      await port.only.succeed();
    }
    expect(port.log(0)).toEqual(names);
  });

  test('a batch stays under the size that a topic takes by default', async () => {
    const { port, lanes } = world();
    for (const name of ['a', 'b', 'c']) lanes.add(0, new TestRecord(name, { bytes: 400_000 }));
    await turn();
    expect(sent(port)).toEqual({ 0: ['a', 'b'] });
    await port.only.succeed();
    expect(sent(port)).toEqual({ 0: ['c'] });
  });

  test('one whose sender gave up is not sent', async () => {
    const { port, add } = world();
    const [a] = add(0, 'a', 'b');
    a!.giveUp();
    await turn();
    expect(sent(port)).toEqual({ 0: ['b'] });
    await port.only.succeed();
    add(0, 'c')[0]!.giveUp();
    await turn();
    expect(port.requests).toEqual([]);
  });
});

describe('a failure that may pass', () => {
  test.each([
    ['the connection broke', connectionBroke()],
    ['no answer', new kafkajsErrors.KafkaJSRequestTimeoutError('Request Produce timed out', { broker: 'kafka:9092' })],
    ['replicas are missing', answered('NOT_ENOUGH_REPLICAS')],
    ['the leader has moved', answered('NOT_LEADER_OR_FOLLOWER')],
    ['the topic is not there yet', answered('UNKNOWN_TOPIC_OR_PARTITION')],
  ])('(%s) is tried again after a while, with new metadata, in the same order', async (_what, error) => {
    const { port, add } = world();
    const records = add(0, 'a', 'b');
    await turn();
    await port.only.fail(error);
    records.push(...add(0, 'c'));
    await turn();
    expect(port.requests, 'nothing overtakes').toEqual([]);
    await backoff();
    expect(port.refreshes).toBe(1);
    expect(sent(port)).toEqual({ 0: ['a', 'b', 'c'] });
    await port.only.succeed();
    expect(records.map(({ outcomes }) => outcomes)).toEqual([0, 1, 2].map((offset) => [{ offset, partition: 0 }]));
    expect(records.map(({ attempts }) => attempts)).toEqual([2, 2, 1]);
  });

  test('goes to whoever leads the partition then', async () => {
    const { port, add } = world();
    port.leaders.set(0, 1);
    add(0, 'a');
    await turn();
    expect(port.only.leader).toBe(1);
    port.refreshing.push(() => port.leaders.set(0, 2));
    await port.only.refuse({ 0: 'NOT_LEADER_OR_FOLLOWER' });
    await backoff();
    expect(port.only.leader).toBe(2);
  });

  test('waits longer each time, up to two seconds and a half, and shortly again after a success', async () => {
    const { port, add } = world();
    add(0, 'a');
    const wait = async (): Promise<number> => {
      for (let ms = 0; ; ms += 5) {
        await turn();
        if (port.requests.length > 0) return ms;
        await vi.advanceTimersByTimeAsync(5);
      }
    };
    const waits: number[] = [];
    for (let i = 0; i < 9; i += 1) {
      waits.push(await wait());
      if (i < 8) await port.only.fail(connectionBroke());
    }
    const [, second = 0] = waits;
    expect(second).toBeGreaterThanOrEqual(35);
    expect(second).toBeLessThanOrEqual(75);
    expect(Math.min(...waits.slice(7))).toBeGreaterThanOrEqual(1_500);
    expect(Math.max(...waits)).toBeLessThanOrEqual(2_500);
    await port.only.succeed();
    add(0, 'b');
    await wait();
    await port.only.fail(connectionBroke());
    expect(await wait()).toBeLessThanOrEqual(75);
  });

  test('of one leader leaves the other lanes alone', async () => {
    const { port, add } = world();
    port.leaders.set(0, 1).set(1, 2);
    add(0, 'a');
    const [b] = add(1, 'b');
    await turn();
    await port.requests[0]!.fail(connectionBroke());
    await port.only.succeed();
    expect(b!.outcomes).toHaveLength(1);
  });

  test('lets the partitions of a broken connection go together again', async () => {
    const { port, add } = world();
    add(0, 'a');
    add(1, 'b');
    await turn();
    let refreshed = (): void => undefined;
    port.refreshing.push(() => new Promise<void>((resolve) => (refreshed = resolve)));
    await port.only.fail(connectionBroke());
    await backoff();
    refreshed();
    await turn();
    expect(sent(port)).toEqual({ 0: ['a'], 1: ['b'] });
    expect(port.refreshes, 'they share').toBe(1);
  });

  test('does not send again what its sender gave up', async () => {
    const { port, add } = world();
    const [a] = add(0, 'a', 'b');
    await turn();
    await port.only.fail(connectionBroke());
    a!.giveUp();
    await backoff();
    expect(sent(port)).toEqual({ 0: ['b'] });
  });

  test('is an answer that says nothing of a partition: that is no success', async () => {
    const { port, add } = world();
    const [a] = add(0, 'a');
    const [b] = add(1, 'b');
    await turn();
    await port.only.succeed([1]);
    expect([a!.outcomes.length, b!.outcomes.length]).toEqual([0, 1]);
    await backoff();
    expect(sent(port)).toEqual({ 0: ['a'] });
    await port.only.succeed();
    expect(a!.outcomes).toEqual([{ offset: 0, partition: 0 }]);
  });

  test('is a partition without a leader: its records wait for one', async () => {
    const { port, add } = world();
    port.leaders.set(0, -1);
    add(0, 'a', 'b');
    expect(vi.getTimerCount()).toBe(1);
    await backoff();
    expect(port.requests).toEqual([]);
    port.leaders.set(0, 4);
    await backoff();
    expect(port.only.leader).toBe(4);
  });

  test('is a refresh that fails', async () => {
    const { port, add } = world();
    add(0, 'a');
    await turn();
    port.refreshing.push(() => {
      throw connectionBroke();
    });
    await port.only.fail(connectionBroke());
    await backoff();
    expect(sent(port)).toEqual({ 0: ['a'] });
  });
});

describe('a failure for good', () => {
  test('rejects the records of the request, and those that came later are sent', async () => {
    const { port, add } = world();
    const [a, b] = add(0, 'a', 'b');
    await turn();
    add(0, 'c');
    await port.only.refuse({ 0: 'INVALID_REQUIRED_ACKS' });
    for (const record of [a!, b!]) {
      expect(record.outcomes).toEqual([
        expect.objectContaining({
          code: 'broker_refused',
          stage: 'send',
          retryable: false,
          details: { topic: 'worker', partition: 0, kafka_error: 'INVALID_REQUIRED_ACKS' },
        }),
      ]);
    }
    expect(sent(port)).toEqual({ 0: ['c'] });
  });

  test('is a denial, unless a policy may still be spreading', async () => {
    const { port, add } = world();
    const [a] = add(0, 'a');
    await turn();
    await port.only.refuse({ 0: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(a!.outcomes).toEqual([expect.objectContaining({ code: 'not_authorized' })]);
  });

  test('is a denial that lasts longer than a policy may take to spread, counted from the first', async () => {
    const { port, add } = world(10_000);
    const [a] = add(0, 'a');
    for (let i = 0; i < 4; i += 1) {
      await turn();
      expect(a!.outcomes).toEqual([]);
      await port.only.refuse({ 0: 'TOPIC_AUTHORIZATION_FAILED' });
      await vi.advanceTimersByTimeAsync(3_000);
    }
    await turn();
    await port.only.refuse({ 0: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(a!.outcomes).toEqual([expect.objectContaining({ code: 'not_authorized' })]);
  });

  test('counts denials anew after a success', async () => {
    const { port, add } = world(5_000);
    const [a] = add(0, 'a');
    await turn();
    await port.only.refuse({ 0: 'TOPIC_AUTHORIZATION_FAILED' });
    await backoff();
    await port.only.succeed();
    expect(a!.outcomes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    const [b] = add(0, 'b');
    await turn();
    await port.only.refuse({ 0: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(b!.outcomes).toEqual([]);
  });
});

describe('a request for several partitions of which a broker refuses some', () => {
  test('gives each partition an outcome of its own; the others are not sent again', async () => {
    const { port, add } = world();
    const [a, b, c] = [...add(0, 'a'), ...add(1, 'b'), ...add(2, 'c')];
    await turn();
    await port.only.refuse({ 1: 'INVALID_TIMESTAMP' });
    expect(a!.outcomes).toEqual([{ offset: 0, partition: 0 }]);
    expect(b!.outcomes).toEqual([expect.objectContaining({ code: 'broker_refused' })]);
    expect(c!.outcomes).toEqual([{ offset: 0, partition: 2 }]);
    expect(port.requests).toEqual([]);
  });

  test('tries only the refused partition again, and does not hold up the others', async () => {
    const { port, add } = world();
    add(0, 'a');
    add(1, 'b');
    await turn();
    await port.only.refuse({ 0: 'NOT_LEADER_OR_FOLLOWER' });
    add(1, 'd');
    await turn();
    expect(sent(port)).toEqual({ 1: ['d'] });
    await port.only.succeed();
    await backoff();
    expect(sent(port)).toEqual({ 0: ['a'] });
  });

  test('says of a refusal after the append that the records may be written', async () => {
    const { port, add } = world();
    const records = [...add(0, 'a'), ...add(1, 'b')];
    await turn();
    await port.only.refuse({ 0: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 1: 'NOT_LEADER_OR_FOLLOWER' });
    expect(records.map(({ maybeWritten }) => maybeWritten)).toEqual([true, false]);
  });
});

describe('what worked before', () => {
  test('a login that is refused for a while does not end a record, and a denied right does', async () => {
    const { port, add } = world();
    const [b] = add(0, 'b');
    await turn();
    await port.only.fail(new kafkajsErrors['KafkaJSSASLAuthenticationError']!('Access denied'));
    expect(b!.outcomes).toEqual([]);
    await backoff();
    await port.only.refuse({ 0: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(b!.outcomes).toEqual([expect.objectContaining({ code: 'not_authorized' })]);
  });

  test('a topic that is gone is waited for until the deadline', async () => {
    const { port, add } = world();
    const [b] = add(0, 'b');
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await turn();
      port.refreshing.push(() => {
        throw new BrokerError('UNKNOWN_TOPIC_OR_PARTITION');
      });
      await port.only.refuse({ 0: 'UNKNOWN_TOPIC_OR_PARTITION' });
      await vi.advanceTimersByTimeAsync(3_000);
    }
    await turn();
    await port.only.succeed();
    expect(b!.outcomes).toEqual([{ offset: 0, partition: 0 }]);
  });
});

describe('what may have been written', () => {
  test.each([
    ['a connection that broke', undefined, true],
    ['a time-out of the replicas', 'REQUEST_TIMED_OUT', true],
    ['replicas lost after the write', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', true],
    ['a leader that has moved', 'NOT_LEADER_OR_FOLLOWER', false],
    ['replicas lost before the write', 'NOT_ENOUGH_REPLICAS', false],
  ])('after %s is told', async (_what, type, maybe) => {
    const { port, add } = world();
    const [a] = add(0, 'a');
    await turn();
    await (type === undefined ? port.only.fail(connectionBroke()) : port.only.refuse({ 0: type }));
    expect(a!.maybeWritten).toBe(maybe);
  });
});

describe('a batch that is too large', () => {
  test('is halved until the one that is too large is found; all others are written, in order', async () => {
    const { port, add } = world();
    const records = add(0, 'a', 'b', 'huge', 'c', 'd', 'e', 'f');
    for (let turns = 0; turns < 30; turns += 1) {
      await turn();
      if (port.requests.length === 0) break;
      if (sent(port)['0']!.includes('huge')) await port.only.refuse({ 0: 'MESSAGE_TOO_LARGE' });
      else await port.only.succeed();
    }
    expect(port.log(0)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    for (const { name, outcomes } of records) {
      expect(outcomes).toHaveLength(1);
      if (name === 'huge') expect(outcomes).toEqual([expect.objectContaining({ code: 'frame_too_large' })]);
    }
  });

  test('is tried in halves without waiting, and whole again afterwards', async () => {
    const { port, add } = world();
    add(0, 'a', 'b', 'c', 'd');
    await turn();
    await port.only.refuse({ 0: 'MESSAGE_TOO_LARGE' });
    expect(sent(port)).toEqual({ 0: ['a', 'b'] });
    add(0, 'e');
    await port.only.succeed();
    expect(sent(port)).toEqual({ 0: ['c', 'd', 'e'] });
    expect(port.refreshes).toBe(0);
  });

  test('does not limit what comes after the record that was refused', async () => {
    const { port, add } = world();
    add(0, 'huge', 'b');
    await turn();
    await port.only.refuse({ 0: 'MESSAGE_TOO_LARGE' });
    add(0, 'c', 'd');
    expect(sent(port)).toEqual({ 0: ['huge'] });
    await port.only.refuse({ 0: 'MESSAGE_TOO_LARGE' });
    expect(sent(port)).toEqual({ 0: ['b', 'c', 'd'] });
  });
});

describe('what is told about failures', () => {
  test('is one count for each partition that failed, by its cause, and one that tries again', async () => {
    const { port, add, counted } = world();
    add(0, 'a');
    add(1, 'b');
    await turn();
    await port.only.fail(connectionBroke());
    const failed = ['produce_failures connection', 'produce_retries connection_closed'];
    expect(counted).toEqual([...failed, ...failed]);
    await backoff();
    counted.length = 0;
    for (const request of [...port.requests])
      await request.refuse(Object.fromEntries([...request.batches.keys()].map((id) => [id, 'INVALID_TIMESTAMP'])));
    expect(counted).toEqual(['produce_failures INVALID_TIMESTAMP', 'produce_failures INVALID_TIMESTAMP']);
  });
});

describe('closing', () => {
  test('hands back what waits, behind a request or for another attempt, and sends nothing more', async () => {
    const { port, lanes, add } = world();
    port.leaders.set(1, 1);
    add(0, 'in flight');
    add(1, 'tried');
    await turn();
    await port.requests[1]!.fail(connectionBroke());
    add(0, 'behind');
    expect(lanes.close().map(nameOf)).toEqual(['behind', 'tried']);
    expect(vi.getTimerCount()).toBe(0);
    await port.only.succeed();
    await backoff();
    expect(port.requests).toEqual([]);
  });

  test('still tells what is in flight how it ended', async () => {
    const { port, lanes, add } = world();
    const [a] = add(0, 'a');
    await turn();
    lanes.close();
    await port.only.succeed();
    expect(a!.outcomes).toEqual([{ offset: 0, partition: 0 }]);
  });

  test('starts no timer for a request that fails afterwards', async () => {
    const { port, lanes, add } = world();
    add(0, 'a');
    await turn();
    lanes.close();
    await port.only.fail(connectionBroke());
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('whatever happens', () => {
  const partitions = 4;
  const partition = fc.nat({ max: partitions - 1 });
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('send' as const), partition, huge: fc.nat({ max: 15 }) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('answer' as const),
        request: fc.nat({ max: 2 }),
        how: fc.constantFrom('ok', 'ok', 'part', 'moved', 'broken', 'broken but written', 'unknown', 'refused'),
        partition,
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), partition, leader: fc.nat({ max: 2 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat({ max: 2_000 }) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('give up' as const), record: fc.nat({ max: 100 }) }) },
  );

  /** Answers as brokers do: each partition by itself. */
  async function answer(port: ScriptedPort, which: number, how: string, chosen: number): Promise<void> {
    const request = port.requests[which % Math.max(1, port.requests.length)];
    if (request === undefined) return;
    const all = [...request.batches.keys()];
    const large = all.filter((id) => request.batches.get(id)!.some((name) => name.startsWith('huge')));
    const errors: Record<number, string> = Object.fromEntries(large.map((id) => [id, 'MESSAGE_TOO_LARGE']));
    const refusals: Record<string, string> = {
      moved: 'NOT_LEADER_OR_FOLLOWER',
      unknown: 'UNKNOWN_TOPIC_OR_PARTITION',
      refused: 'INVALID_TIMESTAMP',
    };
    const refusal = refusals[how];
    if (refusal !== undefined && all.includes(chosen) && !large.includes(chosen)) errors[chosen] = refusal;
    const written = all.filter((id) => errors[id] === undefined);
    if (how.startsWith('broken')) await request.fail(connectionBroke(), how === 'broken' ? [] : written);
    else if (how === 'part' && large.length === 0) await request.succeed(all.filter((id) => id !== chosen));
    else await request.refuse(errors);
  }

  test('each record gets one outcome, its offset is its own, and nothing of a partition is overtaken', async () => {
    const scripts = fc.array(step, { minLength: 5, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(scripts, async (steps) => {
        const { port, lanes } = world();
        const records: { record: TestRecord; partition: number }[] = [];
        const given = new Set<TestRecord>();
        for (const step of steps) {
          if (step.do === 'send') {
            const record = new TestRecord(`${step.huge === 0 ? 'huge ' : ''}${records.length}`);
            records.push({ record, partition: step.partition });
            lanes.add(step.partition, record);
          } else if (step.do === 'move') port.leaders.set(step.partition, step.leader);
          else if (step.do === 'wait') await vi.advanceTimersByTimeAsync(step.ms);
          else if (step.do === 'answer') {
            await turn();
            await answer(port, step.request, step.how, step.partition);
          } else {
            const { record } = records[step.record % Math.max(1, records.length)] ?? {};
            if (record === undefined || record.settled) continue;
            record.giveUp();
            given.add(record);
          }
          const busy = port.requests.map(({ leader }) => leader);
          expect(new Set(busy).size, 'one request per leader').toBe(busy.length);
        }
        // From here on all goes well, and everything has to come to an end.
        for (let left = 200; left > 0; left -= 1) {
          if (port.requests.length === 0) await backoff();
          if (port.requests.length === 0) break;
          await answer(port, 0, 'ok', 0);
        }
        expect(vi.getTimerCount()).toBe(0);

        const wantedOrder = new Map<number, string[]>();
        for (const { record, partition } of records) {
          expect(record.outcomes, record.name).toHaveLength(given.has(record) ? 0 : 1);
          wantedOrder.set(partition, [...(wantedOrder.get(partition) ?? []), record.name]);
          const [outcome] = record.outcomes;
          if (outcome === undefined || outcome instanceof Error) {
            if (record.name.startsWith('huge')) expect(port.log(partition)).not.toContain(record.name);
          } else {
            expect(outcome.partition).toBe(partition);
            expect(port.log(partition)[outcome.offset]).toBe(record.name);
          }
        }
        for (const [partition, order] of wantedOrder) {
          const log = port.log(partition);
          const firsts = [...new Set(log)];
          expect(firsts, 'the first time that each was written').toEqual(order.filter((name) => log.includes(name)));
          const acknowledged = records
            .filter((entry) => entry.partition === partition)
            .flatMap(({ record }) => record.outcomes)
            .flatMap((outcome) => (outcome instanceof Error ? [] : [outcome.offset]));
          expect(acknowledged, 'offsets rise in the order of the calls').toEqual(
            [...acknowledged].sort((a, b) => a - b),
          );
        }
      }),
      { numRuns: 150 },
    );
  });
});

test('records of a partition that the topic has no more are handed back in their order, and not tried again', async () => {
  const { port, unplaced, add } = world();
  add(2, 'a', 'b');
  await turn();
  port.partitionCount = 2;
  await port.requests[0]!.refuse({ 2: 'UNKNOWN_TOPIC_OR_PARTITION' });
  await backoff();
  expect(unplaced).toEqual(['a', 'b']);
  add(2, 'c');
  expect(unplaced).toEqual(['a', 'b', 'c']);
  expect(port.requests).toHaveLength(0);
});
