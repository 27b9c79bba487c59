import { describe, expect, inject, test } from 'vitest';
import {
  air_core_codec,
  create_frame,
  handler_error,
  no_reply,
  path_numbers,
  payload_text,
  publisher,
  requester,
  text_payload,
  topic_type,
  worker,
  worker_frame,
  type bad_record,
  type pubsub_error,
  type frame_handler,
  type AirCoreFrame,
} from '../../../src/index.js';
import { committedOffsets } from '../../support/committed-offsets.js';
import { produceRaw } from '../../support/produce-raw.js';
import { refusal } from '../../support/refusal.js';
import { until } from '../../support/until.js';
import { makeWorld, type World } from '../../support/world.js';
import { patient } from '../../support/patience.js';

const brokers = inject('brokers');
const ask = (text: string, path: readonly number[] = [1]): AirCoreFrame =>
  worker_frame({ path, command: 'echo', payloads: [text_payload(text)] });
const echo: frame_handler<AirCoreFrame> = (frame) => create_frame({ payloads: frame.payloads });

/** What the requester gets for an unexpected exception. */
const hidden = expect.stringMatching(
  /^the handler failed; the error is in the worker’s log under the id [0-9a-f-]{36}$/,
) as unknown;

async function start(
  world: World,
  handler: frame_handler<AirCoreFrame>,
  options: Parameters<typeof worker.create<AirCoreFrame>>[2] = {},
) {
  const w = worker.create(world.settings, handler, options);
  const r = requester.create(world.settings);
  await Promise.all([w.connect(), r.connect()]);
  return {
    w,
    r,
    async [Symbol.asyncDispose]() {
      await Promise.all([r.dispose(), w.dispose()]);
    },
  };
}

describe('a handler', () => {
  test('answers with the coordinates of the request swapped, and the hops', async () => {
    const world = await makeWorld({ brokers });
    await using both = await start(world, echo);
    const reply = await both.r.request(ask('hello', [3, 4]));
    expect(payload_text(reply)).toBe('hello');
    expect(reply.command).toBe('echo');
    expect(reply.sendTo?.correlationId).toBe(reply.replyTo?.correlationId);
    expect(reply.sendTo?.kafkaKey?.kafkaPartitionKey.case).toBe('partitionInteger');
    expect(reply.replyTo?.kafkaKey?.kafkaPartitionKey).toMatchObject({
      case: 'sequenceNumberPath',
      value: { numbers: [3n, 4n] },
    });
    expect(reply.sequencing).toMatchObject({ number: 0, last: true });
    expect(reply.hops.map(({ name }) => name)).toEqual(['requester.sent', 'worker.received', 'worker.replied']);
    // The reply arrives before the worker gets its acknowledgement.
    await expect.poll(() => both.w.counts, { timeout: patient(10_000) }).toMatchObject({ replies: 1, failed: 0 });
  });

  test('sees the numbers of a path of strings, with which it can continue on the same path', async () => {
    const world = await makeWorld({ brokers });
    const seen: unknown[] = [];
    await using both = await start(world, (frame, { path, position }) => {
      seen.push([path, position.partition]);
      return echo(frame, {} as never);
    });
    const texts = ['tenant-3', 'order-42'];
    await both.r.request(worker_frame({ path: texts }));
    await both.r.request(worker_frame({ path: path_numbers(texts) }));
    const [first, second] = seen as [[bigint[], number], [bigint[], number]];
    expect(first[0]).toEqual(path_numbers(texts));
    expect(second).toEqual(first);
  });

  test('may return several replies as an array or an async iterable, which are numbered, with the last one marked', async () => {
    const world = await makeWorld({ brokers });
    await using both = await start(world, (frame) => {
      const texts = ['a', 'b', 'c'].map((text) => create_frame({ payloads: [text_payload(text)] }));
      if (payload_text(frame) === 'array') return texts;
      return (async function* () {
        yield* texts;
      })();
    });
    for (const form of ['array', 'iterable']) {
      const replies: AirCoreFrame[] = [];
      for await (const reply of both.r.request_many(ask(form))) replies.push(reply);
      expect(replies.map((reply) => payload_text(reply))).toEqual(['a', 'b', 'c']);
      expect(replies.map(({ sequencing }) => [sequencing?.number, sequencing?.last])).toEqual([
        [0, false],
        [1, false],
        [2, true],
      ]);
    }
    expect(payload_text(await both.r.request(ask('array')))).toBe('c');
  });

  test('that returns nothing sends an empty reply, and with no_reply none', async () => {
    const world = await makeWorld({ brokers });
    await using both = await start(world, (frame) => (payload_text(frame) === 'silent' ? no_reply : undefined));
    expect((await both.r.request(ask('x'))).payloads).toEqual([]);
    expect((await refusal(both.r.request(ask('silent'), { timeout_ms: 500 }))).code).toBe('deadline_exceeded');
    await expect.poll(() => both.w.counts, { timeout: patient(10_000) }).toMatchObject({ handled: 2, replies: 1 });
  });

  test('that throws or takes too long gets one error reply, and the worker continues', async () => {
    const world = await makeWorld({ brokers, changes: { worker: { handler_timeout_ms: 200 } } });
    let aborted = false;
    await using both = await start(world, async (frame, { signal }) => {
      const text = payload_text(frame);
      if (text === 'plain') throw new Error('it broke');
      if (text === 'coded') throw new handler_error('no_such_account', 'account 7 does not exist');
      if (text === 'slow') {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        aborted = true;
      }
      if (text === 'half') {
        return (async function* () {
          yield create_frame({});
          yield create_frame({});
          throw new Error('after the first');
        })();
      }
      return create_frame({ payloads: frame.payloads });
    });
    const outcome = async (text: string) => {
      const error = await refusal(both.r.request(ask(text), { timeout_ms: 3_000 }));
      return [error.code, error.details['reply_code'], error.details['reply_message']];
    };
    expect(await outcome('plain')).toEqual(['reply_error', 'handler_failed', hidden]);
    expect(await outcome('coded')).toEqual(['reply_error', 'no_such_account', 'account 7 does not exist']);
    expect(await outcome('slow')).toEqual(['reply_error', 'handler_timeout', 'the handler took longer than 200 ms']);
    expect(aborted).toBe(true);
    expect(await outcome('half')).toEqual(['reply_error', 'handler_failed', hidden]);
    expect(payload_text(await both.r.request(ask('fine')))).toBe('fine');
    await until('all are counted', () => both.w.counts.handled === 1);
    expect(both.w.counts).toMatchObject({ failed: 3, timed_out: 1, handled: 1 });
  });

  test('whose result is not a frame, or too large, is counted, and the requester gets an error reply', async () => {
    const world = await makeWorld({ brokers, changes: { producer: { max_frame_bytes: 2_000 } } });
    const refused: string[] = [];
    await using both = await start(
      world,
      (frame) => {
        if (payload_text(frame) === 'large') return create_frame({ payloads: [text_payload('x'.repeat(3_000))] });
        return 42 as unknown as AirCoreFrame;
      },
      { on_undeliverable: (_, { code }) => void refused.push(code) },
    );
    for (const text of ['large', 'junk']) {
      const error = await refusal(both.r.request(ask(text)));
      expect([error.code, error.details['reply_code']]).toEqual(['reply_error', 'reply_refused']);
    }
    // The requester gets it before the worker has counted it.
    await until('both are counted', () => both.w.counts.undeliverable === 2);
    expect(refused).toEqual(['frame_too_large', 'frame_invalid']);
    expect(both.w.counts).toMatchObject({ undeliverable: 2, handled: 0, replies: 2 });
  });

  test('that is running when the worker is disposed is awaited, but not past the deadline', async () => {
    const world = await makeWorld({ brokers });
    let begun = false;
    let told: AbortSignal | undefined;
    const both = await start(world, async (_, { signal }) => {
      told = signal;
      begun = true;
      await new Promise(() => undefined);
    });
    const request = both.r.request(ask('forever'), { timeout_ms: 20_000 });
    await until('it is at work', () => begun);
    await both.w.dispose({ timeout_ms: 1_000 });
    expect(told?.aborted).toBe(true);
    expect(both.w.counts).toMatchObject({ handled: 0, failed: 0, timed_out: 0 });
    // It was not answered, so the next worker gets it.
    await using second = worker.create(world.settings, echo);
    await second.connect();
    expect(payload_text(await request)).toBe('forever');
    await both.r.dispose();
  });

  test('runs for as many paths at the same time as configured', async () => {
    const world = await makeWorld({ brokers, changes: { worker: { concurrency: 3 } } });
    let running = 0;
    let most = 0;
    const gate: (() => void)[] = [];
    await using both = await start(world, async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => gate.push(resolve));
      running -= 1;
    });
    const requests = Array.from({ length: 12 }, (_, i) => both.r.request(ask('x', [i])));
    await until('three are at work', () => gate.length === 3);
    const open = setInterval(() => gate.splice(0).forEach((go) => go()), 20);
    await Promise.all(requests);
    clearInterval(open);
    expect(most).toBe(3);
  });

  test('does not run for requests past their deadline, which are counted', async () => {
    const world = await makeWorld({ brokers });
    const handled: string[] = [];
    await using r = requester.create(world.settings);
    await r.connect();
    const late = refusal(r.request(ask('late'), { timeout_ms: 200 }));
    expect((await late).code).toBe('deadline_exceeded');
    await using w = worker.create(world.settings, (frame) => {
      handled.push(payload_text(frame) ?? '');
      return frame;
    });
    await w.connect();
    expect(payload_text(await r.request(ask('in time')))).toBe('in time');
    expect(handled).toEqual(['in time']);
    expect(w.counts.expired).toBe(1);
  });
});

describe('order', () => {
  test(
    'is kept for 20 paths × 50 frames, 32 in flight, random handler times, and a second worker that joins in the middle',
    async () => {
      const world = await makeWorld({ brokers, changes: { consumer: { heartbeat_interval_ms: 100 } } });
      const begun = new Map<number, { n: number; begin: number; end: number; by: string }[]>();
      const handler =
        (by: string): frame_handler<AirCoreFrame> =>
        async (frame) => {
          const [path, n] = (payload_text(frame) ?? '').split(':').map(Number) as [number, number];
          const entry = { n, begin: performance.now(), end: Number.POSITIVE_INFINITY, by };
          begun.set(path, [...(begun.get(path) ?? []), entry]);
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 12));
          entry.end = performance.now();
          return create_frame({ payloads: frame.payloads });
        };
      await using both = await start(world, handler('first'));
      await using second = worker.create(world.settings, handler('second'));
      const todo = Array.from({ length: 50 }, (_, n) => Array.from({ length: 20 }, (_, path) => ({ path, n }))).flat();
      const repliedTo = new Map<number, number[]>();
      let joined: Promise<void> | undefined;
      let next = 0;
      await Promise.all(
        Array.from({ length: 32 }, async () => {
          while (next < todo.length) {
            const { path, n } = todo[next++]!;
            if (next === 300) joined = second.connect();
            await both.r.request(ask(`${path}:${n}`, [path]), { timeout_ms: 20_000 });
            repliedTo.set(path, [...(repliedTo.get(path) ?? []), n]);
          }
        }),
      );
      await joined;
      let handledBySecond = 0;
      for (const [path, entries] of begun) {
        expect(
          entries.map(({ n }) => n),
          `path ${path}`,
        ).toEqual(Array.from({ length: 50 }, (_, n) => n));
        for (let i = 1; i < entries.length; i += 1)
          expect(entries[i]!.begin).toBeGreaterThanOrEqual(entries[i - 1]!.end);
        handledBySecond += entries.filter(({ by }) => by === 'second').length;
      }
      expect(begun.size).toBe(20);
      expect(handledBySecond).toBeGreaterThan(50);
    },
    patient(60_000),
  );
});

describe('invalid input', () => {
  test('records that are not frames are skipped, counted, reported, and their offsets committed', async () => {
    const world = await makeWorld({
      brokers,
      workerPartitions: 1,
      replyPartitions: 1,
      topicConfigs: { 'max.message.bytes': '12000000' },
    });
    const bad: bad_record[] = [];
    const badReplies: bad_record[] = [];
    const values: (Buffer | null)[] = [
      null,
      Buffer.alloc(0),
      Buffer.from('not protobuf at all'),
      Buffer.from([0x0a, 0xff, 0x01, 0x02]),
      Buffer.alloc(10_000_000, 7),
    ];
    const tombstone = { partition: 0, key: Buffer.from('gone'), value: null };
    await using w = worker.create(world.settings, echo, { on_bad_record: (record) => void bad.push(record) });
    await using r = requester.create(world.settings, { on_bad_record: (record) => void badReplies.push(record) });
    await Promise.all([w.connect(), r.connect()]);
    for (const topic of [world.settings.topics.worker, world.settings.topics.reply_to])
      await produceRaw(world.connection, topic, [...values.map((value) => ({ partition: 0, value })), tombstone]);
    expect(payload_text(await r.request(ask('after')))).toBe('after');
    expect(bad.map(({ position }) => position.offset)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(badReplies.map(({ position }) => position.offset)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(bad.map(({ reason }) => reason)).toEqual([
      'the record has no value',
      'the value is empty',
      expect.any(String),
      expect.any(String),
      'the value has 10000000 bytes; the limit is 1000000',
      'the record has no value',
    ]);
    expect([w.status.bad, r.status.bad]).toEqual([6, 6]);
    await until('all of it is committed', async () => (await committedOffsets(world, 'worker')).get(0) === 7);
    // Those who read replies commit nothing, whatever comes.
    expect((await committedOffsets(world, 'reply_to')).get(0)).toBe(-1);
  });

  test('a request whose reply_to names another topic, or an invalid partition, is counted and not answered', async () => {
    const world = await makeWorld({ brokers });
    const refused: string[] = [];
    await using w = worker.create(world.settings, echo, {
      on_undeliverable: (_, error) => void refused.push(error.code),
    });
    await w.connect();
    const to = (kafkaTopic: string, value: number) =>
      worker_frame({
        path: [1],
        command: 'echo',
        replyTo: {
          correlationId: 'x',
          kafkaKey: { kafkaTopic, kafkaPartitionKey: { case: 'partitionInteger', value } },
        },
      });
    const { worker: topic, reply_to } = world.settings.topics;
    // Past our own publisher, which would not send the first two.
    const frames = [to('some-other-topic', 0), to(reply_to, -1), to(reply_to, 99), to(reply_to, 2)];
    await produceRaw(
      world.connection,
      topic,
      frames.map((frame) => ({
        partition: 0,
        key: Buffer.from('k'),
        value: Buffer.from(air_core_codec.encode(frame)),
      })),
    );
    await until('all are done with', () => w.counts.undeliverable === 3 && w.counts.handled === 1);
    expect(refused).toEqual(['topic_not_allowed', 'partition_unknown', 'partition_unknown']);
  });
});

test.each<[string, () => unknown]>([
  ['an object without a prototype', () => Object.create(null) as object],
  [
    'a proxy that throws',
    () =>
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error('no');
          },
        },
      ),
  ],
  ['nothing', () => undefined],
])('a handler that throws %s sends one error reply, and its path continues', async (_what, thrown) => {
  const world = await makeWorld({ brokers });
  const hook = (() => Promise.reject(new Error('a hook that fails'))) as () => void;
  await using both = await start(
    world,
    (frame) => {
      if (payload_text(frame) === 'odd') throw thrown();
      return create_frame({ payloads: frame.payloads });
    },
    { on_handled: hook, on_state_change: hook },
  );
  expect(await refusal(both.r.request(ask('odd')))).toMatchObject({
    code: 'reply_error',
    details: { reply_code: 'handler_failed' },
  });
  expect(payload_text(await both.r.request(ask('next')))).toBe('next');
  // A reply can arrive before its acknowledgement does.
  await until('nothing is open', () => both.w.status.in_progress === 0 && both.w.status.unacknowledged === 0);
});

test('hooks of a requester that fail have no other effect', async () => {
  const world = await makeWorld({ brokers });
  await using w = worker.create(world.settings, echo);
  const broken = (): never => {
    throw new Error('a hook that fails');
  };
  await using r = requester.create(world.settings, { on_reply: broken, on_sent: broken, on_state_change: broken });
  await Promise.all([w.connect(), r.connect()]);
  expect(payload_text(await r.request(ask('x')))).toBe('x');
});

test('a compacted topic accepts no replies, which have no key: the worker says so', async () => {
  const world = await makeWorld({ brokers, topicConfigs: { 'cleanup.policy': 'compact' } });
  const refused: pubsub_error[] = [];
  await using w = worker.create(world.settings, echo, { on_undeliverable: (_, error) => void refused.push(error) });
  await using r = requester.create(world.settings);
  await Promise.all([w.connect(), r.connect()]);
  expect(w.is_connected()).toBe(true);
  const request = refusal(r.request(ask('x'), { timeout_ms: patient(2_000) }));
  await until('a reply is refused', () => refused.length > 0);
  expect(refused[0]).toMatchObject({
    code: 'broker_refused',
    hint: expect.stringContaining('cleanup.policy') as string,
  });
  expect(w.is_connected()).toBe(false);
  expect(w.health().problems.join()).toContain('does not accept the record (INVALID_RECORD)');
  expect((await request).code).toBe('deadline_exceeded');
});

describe('disposal', () => {
  test('logs nothing of the connections that it closes', async () => {
    const world = await makeWorld({ brokers });
    const lines: string[] = [];
    const log = (message: string, fields?: object): void => {
      lines.push(`${message} ${JSON.stringify(fields)}`);
    };
    const settings = world.with({}, { logger: { debug: log, info: log, warn: log, error: log } });
    const [served, caller] = [worker.create(settings, echo), requester.create(settings)];
    await Promise.all([served.connect(), caller.connect()]);
    await caller.request(ask('x'));
    // Before this, a broker may answer with an error that a member tries again, such as a rebalance.
    lines.length = 0;
    await Promise.all([caller.dispose(), served.dispose()]);
    await new Promise(setImmediate);
    expect(lines.filter((line) => /error|closed/i.test(line)).join('\n')).toBe('');
  });

  test('lets handlers finish and commits, so that a second worker starts after them', async () => {
    const world = await makeWorld({ brokers });
    await using pub = publisher.create(world.settings);
    const seen: string[] = [];
    const first = worker.create(world.settings, async (frame) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      seen.push(payload_text(frame) ?? '');
    });
    await first.connect();
    await Promise.all(Array.from({ length: 20 }, (_, i) => pub.send(topic_type.worker, ask(String(i), [i]))));
    await until('it is at work', () => seen.length > 0);
    await first.dispose();
    await using second = worker.create(world.settings, (frame) => {
      seen.push(payload_text(frame) ?? '');
    });
    await second.connect();
    await pub.send(topic_type.worker, ask('last', [99]));
    await until('the last came', () => seen.includes('last'));
    await until('all came', () => new Set(seen).size === 21);
    expect(seen).toHaveLength(21);
  });
});
