import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { silentLogger, silentMetrics } from '../../../src/base/ports.js';
import { Lanes } from '../../../src/kafka/produce/lanes.js';
import { BrokerError } from '../../../src/kafka/client/broker-error.js';
import { ConnectionFailure } from '../../../src/kafka/client/connection-failure.js';
import { answered, connectionBroke, nameOf, ScriptedPort, TestRecord, turn } from './scripted-port.js';

// The lanes' own timers are fake; `turn` waits for due callbacks with real `setImmediate`s.
beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => vi.useRealTimers());

interface World {
  port: ScriptedPort;
  lanes: Lanes;
  counted: string[];
  /** Records that were returned because their partition does not exist any more. */
  unplaced: string[];
  /** Refusals that are not about the record itself. */
  refused: string[];
  /** Adds records of these names to a partition. */
  add(partition: number, ...names: string[]): TestRecord[];
}

function world(retryDeniedMs = 0): World {
  const port = new ScriptedPort();
  const counted: string[] = [];
  const unplaced: string[] = [];
  const refused: string[] = [];
  const lanes = new Lanes(port, {
    topic: 'worker',
    logger: silentLogger,
    metrics: {
      ...silentMetrics,
      count: (name, _value, labels) => counted.push(`${name} ${labels?.['error'] ?? labels?.['code'] ?? ''}`),
    },
    retryDeniedMs,
    unplaced: (record) => unplaced.push(nameOf(record)),
    refused: ({ code }) => refused.push(code),
  });
  const add = (partition: number, ...names: string[]): TestRecord[] =>
    names.map((name) => {
      const record = new TestRecord(name);
      lanes.add(partition, record);
      return record;
    });
  return { port, lanes, counted, unplaced, refused, add };
}

/** Lets the pause before the next attempt pass, however long it is. */
async function backoff(): Promise<void> {
  await turn();
  await vi.advanceTimersByTimeAsync(3_000);
  await turn();
}

const sent = ({ only }: ScriptedPort): Record<string, readonly string[]> => Object.fromEntries(only.batches);

describe('concurrent sends', () => {
  test('of the same tick go in one request, and all later ones, while it is in flight, in the next', async () => {
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

  test('by callbacks that are due at the same time go in the same request', async () => {
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

  test('that exceed the size of a request go in several requests, in order', async () => {
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

  test('stay under the default size limit of a topic in each batch', async () => {
    const { port, lanes } = world();
    for (const name of ['a', 'b', 'c']) lanes.add(0, new TestRecord(name, { bytes: 400_000 }));
    await turn();
    expect(sent(port)).toEqual({ 0: ['a', 'b'] });
    await port.only.succeed();
    expect(sent(port)).toEqual({ 0: ['c'] });
  });

  test('are not sent after their caller gave up', async () => {
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

describe('a temporary failure', () => {
  test.each([
    ['the connection broke', connectionBroke()],
    ['no answer', new ConnectionFailure('silent', 'Request Produce timed out', { broker: 'kafka:9092' })],
    ['replicas are missing', answered('NOT_ENOUGH_REPLICAS')],
    ['the leader has moved', answered('NOT_LEADER_OR_FOLLOWER')],
    ['the topic does not exist yet', answered('UNKNOWN_TOPIC_OR_PARTITION')],
  ])('(%s) is retried after a pause, with new metadata, in the same order', async (_what, error) => {
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

  test('is retried at the new leader of the partition', async () => {
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

  test('is retried after growing pauses up to 2.5 s, and after a short one again once a send succeeded', async () => {
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

  test('of one leader does not affect the other lanes', async () => {
    const { port, add } = world();
    port.leaders.set(0, 1).set(1, 2);
    add(0, 'a');
    const [b] = add(1, 'b');
    await turn();
    await port.requests[0]!.fail(connectionBroke());
    await port.only.succeed();
    expect(b!.outcomes).toHaveLength(1);
  });

  test('of a connection sends its partitions in one request again', async () => {
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
  });

  test('is not retried for a record whose caller gave up', async () => {
    const { port, add } = world();
    const [a] = add(0, 'a', 'b');
    await turn();
    await port.only.fail(connectionBroke());
    a!.giveUp();
    await backoff();
    expect(sent(port)).toEqual({ 0: ['b'] });
  });

  test('includes a response that does not contain the partition', async () => {
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

  test('includes a partition without a leader, whose records wait for one', async () => {
    const { port, add } = world();
    port.leaders.set(0, -1);
    const [a] = add(0, 'a', 'b');
    expect(vi.getTimerCount()).toBe(1);
    expect(a!.failure?.raw_message).toBe('partition 0 of topic worker has no leader');
    await backoff();
    expect(port.requests).toEqual([]);
    port.leaders.set(0, 4);
    await backoff();
    expect(port.only.leader).toBe(4);
  });

  test('includes a failed refresh of metadata', async () => {
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

describe('a final failure', () => {
  test('rejects the records of the request, and later records are sent', async () => {
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

  test('includes a denial, except within the time for a new policy', async () => {
    const { port, add, refused } = world();
    const [a] = add(0, 'a');
    await turn();
    await port.only.refuse({ 0: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(a!.outcomes).toEqual([expect.objectContaining({ code: 'not_authorized' })]);
    expect(refused).toEqual(['not_authorized']);
  });

  test('includes a denial that lasts longer than the time for a new policy, counted from the first one', async () => {
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

  test('starts to count denials again after a success', async () => {
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

describe('a request for several partitions, some of which the broker refuses', () => {
  test('has a separate outcome for each partition, and the successful ones are not sent again', async () => {
    const { port, add } = world();
    const [a, b, c] = [...add(0, 'a'), ...add(1, 'b'), ...add(2, 'c')];
    await turn();
    await port.only.refuse({ 1: 'INVALID_TIMESTAMP' });
    expect(a!.outcomes).toEqual([{ offset: 0, partition: 0 }]);
    expect(b!.outcomes).toEqual([expect.objectContaining({ code: 'broker_refused' })]);
    expect(c!.outcomes).toEqual([{ offset: 0, partition: 2 }]);
    expect(port.requests).toEqual([]);
  });

  test('is retried only for the refused partition, and does not delay the others', async () => {
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

  test('rejects with a note that the records may be written if the refusal came after the append', async () => {
    const { port, add } = world();
    const records = [...add(0, 'a'), ...add(1, 'b')];
    await turn();
    await port.only.refuse({ 0: 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', 1: 'NOT_LEADER_OR_FOLLOWER' });
    expect(records.map(({ maybeWritten }) => maybeWritten)).toEqual([true, false]);
  });
});

describe('after a success', () => {
  test('a temporarily refused login does not reject a record, but a denied right does', async () => {
    const { port, add } = world();
    const [b] = add(0, 'b');
    await turn();
    await port.only.fail(new ConnectionFailure('login_refused', 'Access denied'));
    expect(b!.outcomes).toEqual([]);
    await backoff();
    await port.only.refuse({ 0: 'TOPIC_AUTHORIZATION_FAILED' });
    expect(b!.outcomes).toEqual([expect.objectContaining({ code: 'not_authorized' })]);
  });

  test('a deleted topic is awaited until the deadline', async () => {
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

describe('whether the record may have been written', () => {
  test.each([
    ['a connection that broke', undefined, true],
    ['a time-out of the replicas', 'REQUEST_TIMED_OUT', true],
    ['replicas lost after the write', 'NOT_ENOUGH_REPLICAS_AFTER_APPEND', true],
    ['a leader that has moved', 'NOT_LEADER_OR_FOLLOWER', false],
    ['replicas lost before the write', 'NOT_ENOUGH_REPLICAS', false],
  ])('is in the error after %s', async (_what, type, maybe) => {
    const { port, add } = world();
    const [a] = add(0, 'a');
    await turn();
    await (type === undefined ? port.only.fail(connectionBroke()) : port.only.refuse({ 0: type }));
    expect(a!.maybeWritten).toBe(maybe);
  });
});

describe('a batch that is too large', () => {
  test('is halved until the record that is too large is found, and all others are written, in order', async () => {
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

  test('is retried in halves without a pause, and later batches have the usual size', async () => {
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

  test('does not limit the batches after the refused record', async () => {
    const { port, add, refused } = world();
    add(0, 'huge', 'b');
    await turn();
    await port.only.refuse({ 0: 'MESSAGE_TOO_LARGE' });
    add(0, 'c', 'd');
    expect(sent(port)).toEqual({ 0: ['huge'] });
    await port.only.refuse({ 0: 'MESSAGE_TOO_LARGE' });
    expect(sent(port)).toEqual({ 0: ['b', 'c', 'd'] });
    // It says nothing about the next ones.
    expect(refused).toEqual([]);
  });

  test('says something about the next ones if the topic wants records with a key, and this one has none', async () => {
    const { port, lanes, refused } = world();
    lanes.add(0, new TestRecord('a', { key: Buffer.from('k') }));
    await turn();
    await port.only.refuse({ 0: 'INVALID_RECORD' });
    expect(refused).toEqual([]);
    lanes.add(0, new TestRecord('b'));
    await turn();
    await port.only.refuse({ 0: 'INVALID_RECORD' });
    expect(refused).toEqual(['broker_refused']);
  });
});

describe('the metrics of failures', () => {
  test('count each failed partition by its cause, and each retry', async () => {
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
  test('sends nothing more: neither queued records nor records that wait for a retry', async () => {
    const { port, lanes, add } = world();
    port.leaders.set(1, 1);
    add(0, 'in flight');
    add(1, 'tried');
    await turn();
    await port.requests[1]!.fail(connectionBroke());
    add(0, 'behind');
    lanes.close();
    expect(vi.getTimerCount()).toBe(0);
    await port.only.succeed();
    await backoff();
    expect(port.requests).toEqual([]);
  });

  test('still settles the records that are in flight', async () => {
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

  test('reports no failure of a request whose connection it closed', async () => {
    const { port, lanes, add, counted } = world();
    add(0, 'a');
    await turn();
    lanes.close();
    await port.only.fail(connectionBroke());
    expect(counted).toEqual([]);
  });
});

describe('in any sequence of failures', () => {
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

  /** Answers as brokers do: each partition separately. */
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

  test('each record gets one outcome and its own offset, and records of a partition keep their order', async () => {
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
        // From here on all requests succeed, and every record must get an outcome.
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

test('records of a partition that no longer exists are returned in order, and not retried', async () => {
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
