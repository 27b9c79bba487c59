import { describe, expect, inject, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import {
  air_core_codec,
  create_frame,
  handler_error,
  payload_text,
  publisher,
  requester,
  text_payload,
  topic_type,
  worker,
  worker_frame,
  type AirCoreFrame,
  type config_input,
  type frame_handler,
  type handled_event,
  type metrics,
} from '../../../src/index.js';
import { createTopics, deleteTopics } from '../../../src/kafka/admin/create-topics.js';
import { config } from '../../../src/index.js';
import { committedOffsets } from '../../support/committed-offsets.js';
import { produceRaw } from '../../support/produce-raw.js';
import { readTopic } from '../../support/read-topic.js';
import { refusal } from '../../support/refusal.js';
import { until } from '../../support/until.js';
import { makeWorld, type World } from '../../support/world.js';

const brokers = inject('brokers');
const retrying = (worker: config_input['worker']): Partial<config_input> => ({
  worker: { retry_attempts: 3, retry_backoff_ms: 50, retry_max_backoff_ms: 50, ...worker },
});
const ask = (text: string, path: string): AirCoreFrame => worker_frame({ path, payloads: [text_payload(text)] });

/** Sends frames that want no reply to a worker, and returns the order of the attempts when all are done. */
async function attempts(world: World, frames: AirCoreFrame[], handler: frame_handler<AirCoreFrame>): Promise<string[]> {
  const order: string[] = [];
  const done: handled_event<AirCoreFrame>[] = [];
  await using sending = publisher.create(world.settings);
  for (const frame of frames) await sending.send(topic_type.worker, frame);
  await using answering = worker.create(
    world.settings,
    (frame, context) => {
      order.push(`${payload_text(frame)}${context.attempt}`);
      return handler(frame, context);
    },
    { on_handled: (event) => void done.push(event) },
  );
  await answering.connect();
  await until('all are done', () => done.length === frames.length);
  return order;
}

const failsOnce: frame_handler<AirCoreFrame> = (frame, { attempt }) => {
  if (payload_text(frame) === 'a' && attempt === 1) throw new Error('not now');
};

describe('a frame whose handler fails', () => {
  test('is handled again, and its requester gets the outcome of the last attempt only', async () => {
    const world = await makeWorld({ brokers, changes: retrying({}) });
    const handled: handled_event<AirCoreFrame>[] = [];
    await using answering = worker.create(
      world.settings,
      (frame, { attempt }) => {
        if (attempt < 3 || payload_text(frame) === 'never') throw new Error(`attempt ${attempt}`);
        return create_frame({ payloads: [text_payload(`at attempt ${attempt}`)] });
      },
      { on_handled: (event) => void handled.push(event) },
    );
    await using asking = requester.create(world.settings);
    await Promise.all([answering.connect(), asking.connect()]);
    expect(payload_text(await asking.request(ask('later', 'p')))).toBe('at attempt 3');
    expect((await refusal(asking.request(ask('never', 'p')))).details['reply_code']).toBe('handler_failed');
    await until('both are counted', () => handled.length === 2);
    expect(handled.map(({ kind, attempts: made }) => [kind, made])).toEqual([
      ['handled', 3],
      ['failed', 3],
    ]);
    expect(answering.counts).toMatchObject({ handled: 1, failed: 1, retries: 4, replies: 2 });
    expect(asking.counts).toMatchObject({ replies: 2, duplicate: 0, late: 0 });
  });

  test('is not handled again by default', async () => {
    const world = await makeWorld({ brokers });
    expect(await attempts(world, [ask('a', 'p')], failsOnce)).toEqual(['a1']);
  });

  test('is not handled again if it chose its error, or if its request has no time left', async () => {
    const world = await makeWorld({
      brokers,
      changes: retrying({ retry_backoff_ms: 3_000, retry_max_backoff_ms: 3_000 }),
    });
    let calls = 0;
    await using answering = worker.create(world.settings, (frame) => {
      calls += 1;
      if (payload_text(frame) === 'chosen') throw new handler_error('sold_out', 'none left');
      throw new Error('unexpected');
    });
    await using asking = requester.create(world.settings);
    await Promise.all([answering.connect(), asking.connect()]);
    expect((await refusal(asking.request(ask('chosen', 'p')))).details['reply_code']).toBe('sold_out');
    const late = await refusal(asking.request(ask('x', 'p'), { timeout_ms: 2_500 }));
    expect(late.details['reply_code']).toBe('handler_failed');
    expect(calls).toBe(2);
    expect(answering.counts.retries).toBe(0);
  });
});

describe('the order of a path', () => {
  const frames = () => [ask('a', 'p'), ask('b', 'p'), ask('c', 'p')];

  test('is kept while it waits', async () => {
    const world = await makeWorld({ brokers, changes: retrying({}) });
    expect(await attempts(world, frames(), failsOnce)).toEqual(['a1', 'a2', 'b1', 'c1']);
  });

  test('is given up if the path continues', async () => {
    const world = await makeWorld({ brokers, changes: retrying({ retry_order: 'path_goes_on' }) });
    const order = await attempts(world, frames(), failsOnce);
    expect(order.filter((one) => one !== 'a2')).toEqual(['a1', 'b1', 'c1']);
    expect(order.indexOf('a2')).toBeGreaterThan(order.indexOf('b1'));
  });

  test('a pause holds no place of a running handler: other paths continue with a concurrency of 1', async () => {
    const changes = retrying({
      concurrency: 1,
      max_unacknowledged_frames: 1,
      retry_backoff_ms: 1_500,
      retry_max_backoff_ms: 1_500,
    });
    const world = await makeWorld({ brokers, workerPartitions: 1, changes });
    const order = await attempts(world, [ask('a', 'p'), ask('b', 'q'), ask('c', 'p')], failsOnce);
    expect(order).toEqual(['a1', 'b1', 'a2', 'c1']);
  });
});

test('a frame in its pause is not committed, and is handled by the next worker', async () => {
  const world = await makeWorld({
    brokers,
    workerPartitions: 1,
    changes: retrying({ retry_backoff_ms: 60_000, retry_max_backoff_ms: 60_000 }),
  });
  await using sending = publisher.create(world.settings);
  for (const path of ['p', 'q']) await sending.send(topic_type.worker, ask(path === 'p' ? 'a' : 'b', path));
  const first = worker.create(world.settings, failsOnce);
  await first.connect();
  await until('one is done, one waits', () => first.counts.handled === 1 && first.status.retrying === 1);
  const startedAt = performance.now();
  await first.dispose();
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  // Nothing contiguous was done.
  expect((await committedOffsets(world, 'worker')).get(0) ?? 0).toBeLessThanOrEqual(0);
  const seen: string[] = [];
  await using second = worker.create(
    world.settings,
    (frame, { attempt }) => void seen.push(`${payload_text(frame)}${attempt}`),
  );
  await second.connect();
  await until('both are handled', () => second.counts.handled === 2);
  expect(seen).toContain('a1');
});

test('a handler that fails while its worker is disposed gets no further attempt there', async () => {
  const world = await makeWorld({ brokers, workerPartitions: 1, changes: retrying({ retry_backoff_ms: 50 }) });
  await using sending = publisher.create(world.settings);
  await sending.send(topic_type.worker, ask('a', 'p'));
  let fail: (error: Error) => void = () => undefined;
  const failing = worker.create(world.settings, () => new Promise<undefined>((_, reject) => (fail = reject)));
  await failing.connect();
  await until('the handler runs', () => failing.status.in_progress === 1);
  const disposed = failing.dispose();
  fail(new Error('not now'));
  await disposed;
  expect(failing.status).toMatchObject({ in_progress: 0, retrying: 0, unacknowledged: 0 });
  expect((await committedOffsets(world, 'worker')).get(0) ?? 0).toBeLessThanOrEqual(0);
});

describe('with a dead-letter topic', () => {
  async function withLetters(worker: config_input['worker'], configs: Record<string, string> = {}) {
    const world = await makeWorld({ brokers, workerPartitions: 1, changes: retrying(worker) });
    const dead = `${world.settings.topics.worker}.dead`;
    await createTopics(
      world.connection,
      [{ topic: dead, partitions: 1, replicationFactor: 1, configs }],
      new Deadline(20_000),
    );
    const counted: string[] = [];
    const port: metrics = {
      count: (name, value, labels) => void counted.push(`${name} ${labels?.['kind'] ?? ''} ${value}`),
      observe: () => undefined,
    };
    const input: config_input = { ...world.input, topics: { ...world.input.topics, dead_letter: dead } };
    return {
      world,
      counted,
      settings: config.create(input, { metrics: port }),
      letters: () => readTopic(world.connection, dead),
      [Symbol.asyncDispose]: () => deleteTopics(world.connection, [dead], new Deadline(10_000)),
    };
  }

  test('failed frames and invalid records are in it, unchanged, with cause, attempts and position', async () => {
    await using place = await withLetters({});
    const { world, settings, counted } = place;
    // An unknown field, which no re-encoding would keep.
    const frame = Buffer.concat([
      air_core_codec.encode(worker_frame({ path: 'p', command: 'x' })),
      Buffer.from([0xf2, 0x3f, 0x01, 0x61]),
    ]);
    await produceRaw(world.connection, world.settings.topics.worker, [
      { partition: 0, key: Buffer.from('k'), value: frame, headers: { from: 'afar' } },
      { partition: 0, value: Buffer.from([0xff]) },
      {
        partition: 0,
        key: Buffer.from('k'),
        value: Buffer.from(air_core_codec.encode(worker_frame({ path: 'p', command: 'chosen' }))),
      },
    ]);
    const invalid: string[] = [];
    await using answering = worker.create(
      settings,
      ({ command }) => {
        throw command === 'chosen' ? new handler_error('no', 'an answer') : new Error('row 17 is locked');
      },
      { on_bad_record: ({ reason }) => void invalid.push(reason) },
    );
    await answering.connect();
    await until('all are done', () => answering.counts.failed === 2 && answering.status.bad === 1);
    expect(answering.counts).toMatchObject({ failed: 2, retries: 2, dead_letters: 1 });
    await answering.dispose();
    const letters = await place.letters();
    const origin = { 'dead-letter-topic': world.settings.topics.worker, 'dead-letter-partition': '0' };
    expect(letters.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(
      expect.arrayContaining([
        {
          key: Buffer.from('k'),
          value: frame,
          headers: {
            from: 'afar',
            ...origin,
            'dead-letter-offset': '0',
            'dead-letter-kind': 'failed',
            'dead-letter-attempts': '3',
            'dead-letter-reason': 'row 17 is locked',
            'dead-letter-error-id': expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
          },
        },
        {
          key: null,
          value: Buffer.from([0xff]),
          headers: {
            ...origin,
            'dead-letter-offset': '1',
            'dead-letter-kind': 'invalid',
            'dead-letter-reason': invalid[0]!,
          },
        },
      ]),
    );
    expect(letters).toHaveLength(2);
    expect(counted).toContain('dead_letters failed 1');
    expect(counted).toContain('dead_letters invalid 1');
    expect(counted.filter((line) => line.startsWith('handler_retries'))).toHaveLength(2);
    const committed = await committedOffsets(world, 'worker');
    expect(committed.get(0)).toBe(3);
  });

  test('a frame whose deadline passes before its next attempt begins is in it, with the failure of the last attempt', async () => {
    await using dead = await withLetters({ concurrency: 1, retry_backoff_ms: 200, retry_max_backoff_ms: 200 });
    const events: handled_event<AirCoreFrame>[] = [];
    let deadline = 0;
    await using answering = worker.create(
      dead.settings,
      async (frame, { deadline_ms }) => {
        if (payload_text(frame) === 'first') {
          deadline = deadline_ms ?? 0;
          throw new Error('not now');
        }
        // Its handler is the only one that may run, until the deadline of the first has passed.
        await until('the deadline has passed', () => deadline > 0 && Date.now() > deadline);
        return create_frame({});
      },
      { on_handled: (event) => void events.push(event) },
    );
    await using asking = requester.create(dead.settings);
    await Promise.all([answering.connect(), asking.connect()]);
    const first = refusal(asking.request(ask('first', 'p'), { timeout_ms: 1_500 }));
    const second = asking.request(ask('second', 'q'));
    expect((await first).code).toBe('deadline_exceeded');
    await second;
    await until('both are done', () => events.length === 2);
    const failed = events.find(({ kind }) => kind === 'failed');
    expect(failed).toMatchObject({ attempts: 1, replies: 0, error: { message: 'not now' } });
    expect(answering.counts).toMatchObject({ failed: 1, expired: 0, dead_letters: 1 });
    const [letter] = await dead.letters();
    expect(letter?.headers).toMatchObject({ 'dead-letter-kind': 'failed', 'dead-letter-attempts': '1' });
  });

  test('that cannot be written: the worker says so, because its frames wait for it', async () => {
    const dead = await withLetters({ retry_attempts: 1 });
    const topic = dead.settings.topics.dead_letter ?? '';
    await using answering = worker.create(dead.settings, () => {
      throw new Error('broken');
    });
    await using sending = publisher.create(dead.settings);
    await answering.connect();
    expect(answering.health().ok).toBe(true);
    await dead[Symbol.asyncDispose]();
    await sending.send(topic_type.worker, ask('x', 'p'));
    await until('it is not healthy', () => !answering.health().ok);
    expect(answering.health().problems).toEqual([expect.stringContaining(topic)]);
    expect(answering.is_connected()).toBe(false);
    await until('its state says so', () => answering.status.state === 'recovering');
    expect(answering.status.last_error?.message).toContain(topic);
  });

  test('that refuses the frame: it is answered, counted and done', async () => {
    await using place = await withLetters({ retry_attempts: 1 }, { 'max.message.bytes': '400' });
    const { world, counted, settings } = place;
    await using answering = worker.create(settings, () => {
      throw new Error('it broke');
    });
    await using asking = requester.create(world.settings);
    await Promise.all([answering.connect(), asking.connect()]);
    const request = ask('x'.repeat(1_000), 'p');
    expect((await refusal(asking.request(request))).details['reply_code']).toBe('handler_failed');
    await until('it is done', () => answering.counts.failed === 1);
    expect(counted).toContain('dead_letter_failures  1');
    expect(answering.counts.dead_letters).toBe(0);
    await answering.dispose();
    expect(await place.letters()).toEqual([]);
  });

  test('that does not exist, a worker does not start, and leaves its partitions to others', async () => {
    await using place = await withLetters({ retry_attempts: 1 });
    const { world } = place;
    const topics = { ...world.input.topics, dead_letter: 'no-such-topic' };
    await using answering = worker.create(config.create({ ...world.input, topics }), () => undefined);
    expect(await refusal(answering.connect())).toMatchObject({
      code: 'topic_unknown',
      message: expect.stringContaining('no-such-topic') as string,
    });
    await using other = worker.create(world.settings, () => undefined);
    await other.connect();
    expect(other.status.partitions).toEqual([0]);
  });
});

test('a dead-letter topic that is one of the other two is refused', () => {
  expect(() =>
    config.create({ connection: { brokers: ['localhost:9092'] }, topics: { dead_letter: 'reply_to' } }),
  ).toThrow(/topics.dead_letter is reply_to, which is the reply_to topic/);
});
