import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import type { pubsub_error } from '../../../src/index.js';
import { air_core_codec, create_frame, publisher, topic_type, worker_frame, text_payload } from '../../../src/index.js';
import { deleteTopics } from '../../../src/kafka/admin/create-topics.js';
import { replyFrame } from '../../support/frames.js';
import { patient } from '../../support/patience.js';
import { refusal } from '../../support/refusal.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';
import { readTopic } from '../../support/read-topic.js';

const brokers = inject('brokers');

describe('send', () => {
  test('connects if necessary, and resolves with the position of the record', async () => {
    const { settings, connection } = await makeWorld({ brokers });
    await using pub = publisher.create(settings);
    const position = await pub.send(topic_type.reply_to, replyFrame(3, 'a'));
    expect(position).toEqual({ topic: settings.topics.reply_to, partition: 3, offset: 0 });
    const records = await readTopic(connection, settings.topics.reply_to);
    expect(
      records.map(({ partition, offset, value }) => [
        partition,
        offset,
        air_core_codec.correlation_id(air_core_codec.decode(value!)),
      ]),
    ).toEqual([[3, 0, 'a']]);
  });

  test('keeps the order of the calls in each partition, and coalesces concurrent sends', async () => {
    const { settings, connection } = await makeWorld({ brokers });
    await using pub = publisher.create(settings);
    const count = 2_000;
    const positions = await Promise.all(
      Array.from({ length: count }, (_, i) => pub.send(topic_type.reply_to, replyFrame(i % 6, String(i)))),
    );
    const records = await readTopic(connection, settings.topics.reply_to);
    expect(records).toHaveLength(count);
    const found = new Map(
      records.map(({ partition, offset, value }) => [
        `${partition}/${offset}`,
        air_core_codec.correlation_id(air_core_codec.decode(value!)),
      ]),
    );
    positions.forEach(({ partition, offset }, i) => expect(found.get(`${partition}/${offset}`)).toBe(String(i)));
    for (let partition = 0; partition < 6; partition += 1) {
      const offsets = positions.filter((position) => position.partition === partition).map(({ offset }) => offset);
      expect(offsets).toEqual(Array.from({ length: offsets.length }, (_, i) => i));
    }
  });

  test('chooses the same partition for a path as other clients', async () => {
    const { settings } = await makeWorld({ brokers, workerPartitions: 12 });
    await using pub = publisher.create(settings);
    const first = await pub.send(topic_type.worker, worker_frame({ path: [7, 1], command: 'a' }));
    const second = await pub.send(topic_type.worker, worker_frame({ path: [7n, 1n], command: 'b' }));
    expect(second).toEqual({ ...first, offset: first.offset + 1 });
  });

  test.each([
    ['-1', -1, 'partition_unknown'],
    ['1.5', 1.5, 'partition_unknown'],
    ['99', 99, 'partition_unknown'],
    ['NaN', Number.NaN, 'partition_unknown'],
  ])('refuses partition %s before anything is sent', async (_, partition, code) => {
    const { settings, connection } = await makeWorld({ brokers });
    await using pub = publisher.create(settings);
    expect((await refusal(pub.send(topic_type.reply_to, replyFrame(partition)))).code).toBe(code);
    expect(await readTopic(connection, settings.topics.reply_to)).toEqual([]);
  });

  test('refuses an empty path, a missing partition, a topic that is not allowed, a frame over the limit', async () => {
    const { with: changed, connection, settings } = await makeWorld({ brokers });
    await using pub = publisher.create(changed({ producer: { max_frame_bytes: 200 } }));
    const codes = await Promise.all(
      [
        pub.send(topic_type.worker, worker_frame({ path: [] })),
        pub.send(topic_type.worker, create_frame({ command: 'x' })),
        pub.send(topic_type.reply_to, worker_frame({ path: [1] })),
        pub.send(
          topic_type.reply_to,
          create_frame({
            sendTo: {
              kafkaKey: { kafkaTopic: 'elsewhere', kafkaPartitionKey: { case: 'partitionInteger', value: 0 } },
            },
          }),
        ),
        pub.send(topic_type.worker, worker_frame({ path: [1], payloads: [text_payload('x'.repeat(300))] })),
      ].map(async (sent) => (await refusal(sent)).code),
    );
    expect(codes).toEqual(['frame_invalid', 'frame_invalid', 'frame_invalid', 'topic_not_allowed', 'frame_too_large']);
    expect(await readTopic(connection, settings.topics.worker)).toEqual([]);
  });

  test('refuses a request whose reply would go where no worker may write it, before anything is sent', async () => {
    const { with: changed, connection, settings } = await makeWorld({ brokers });
    await using pub = publisher.create(settings);
    const request = (kafkaTopic: string, value: number) =>
      worker_frame({
        path: [1],
        replyTo: { kafkaKey: { kafkaTopic, kafkaPartitionKey: { case: 'partitionInteger', value } } },
      });
    const codes = await Promise.all(
      [
        request('elsewhere', 0),
        request(settings.topics.reply_to, -1),
        worker_frame({ path: [1], replyTo: { kafkaKey: { kafkaTopic: settings.topics.reply_to } } }),
      ].map(async (frame) => (await refusal(pub.send(topic_type.worker, frame))).code),
    );
    expect(codes).toEqual(['topic_not_allowed', 'partition_unknown', 'frame_invalid']);
    expect(await readTopic(connection, settings.topics.worker)).toEqual([]);
    // Topics that are allowed, and the one that a frame names by naming none.
    await using wide = publisher.create(
      changed({ topics: { reply_allowed: [settings.topics.reply_to, 'elsewhere'] } }),
    );
    for (const topic of ['elsewhere', settings.topics.reply_to, ''])
      await wide.send(topic_type.worker, request(topic, 0));
  });

  test('refuses an invalid topic_type, time-out or number of a path', async () => {
    const { settings } = await makeWorld({ brokers });
    await using pub = publisher.create(settings);
    const error = await refusal(pub.send('nope' as topic_type, replyFrame(0)));
    expect([error.code, error.raw_message]).toEqual([
      'argument_invalid',
      '"nope" is not a topic_type: worker or reply_to',
    ]);
    for (const timeoutMs of [Number.NaN, -1, Number.POSITIVE_INFINITY]) {
      const late = await refusal(pub.send(topic_type.reply_to, replyFrame(0), { timeout_ms: timeoutMs }));
      expect([late.code, late.details['field']]).toEqual(['argument_invalid', 'timeout_ms']);
    }
    for (const number of [1.5, Number.NaN, {} as unknown as number, -1, -1n])
      expect(() => worker_frame({ path: [1, number] })).toThrow(/numbers\[1\] is .*; it takes whole numbers from 0/);
  });

  test('names a topic that does not exist within seconds, and creates nothing', async () => {
    const { with: changed } = await makeWorld({ brokers });
    await using pub = publisher.create(changed({ topics: { worker: 'no-such-topic' } }));
    const error = await refusal(pub.send(topic_type.worker, worker_frame({ path: [1] })));
    expect(error.code).toBe('topic_unknown');
    expect(error.raw_message).toContain('no-such-topic');
  });

  test('splits a batch that is too large for the topic, and rejects only a record that is too large itself', async () => {
    const { settings, connection } = await makeWorld({
      brokers,
      replyPartitions: 1,
      topicConfigs: { 'max.message.bytes': '10000' },
    });
    await using pub = publisher.create(settings);
    const texts = Array.from({ length: 60 }, (_, i) => (i === 30 ? 'y'.repeat(20_000) : `${i}-`.padEnd(900, 'z')));
    const outcomes = await Promise.allSettled(texts.map((text) => pub.send(topic_type.reply_to, replyFrame(0, text))));
    const refused = outcomes.flatMap((outcome, i) =>
      outcome.status === 'rejected' ? [[i, (outcome.reason as pubsub_error).code]] : [],
    );
    expect(refused).toEqual([[30, 'frame_too_large']]);
    const records = await readTopic(connection, settings.topics.reply_to);
    expect(records.map(({ value }) => air_core_codec.correlation_id(air_core_codec.decode(value!)))).toEqual(
      texts.filter((_, i) => i !== 30),
    );
  });

  test('rejects with different codes for an abort and a deadline', async () => {
    const { with: changed } = await makeWorld({ brokers });
    await using pub = publisher.create(changed({ connection: { brokers: ['127.0.0.1:1'] } }));
    const aborted = refusal(
      pub.send(topic_type.worker, worker_frame({ path: [1] }), { signal: AbortSignal.timeout(50) }),
    );
    const late = refusal(pub.send(topic_type.worker, worker_frame({ path: [1] }), { timeout_ms: 80 }));
    expect((await aborted).code).toBe('aborted');
    const error = await late;
    expect(error.code).toBe('deadline_exceeded');
    expect(error.details['maybe_written']).toBe(false);
    expect(error.hint).toContain('easy-pubsub kafka up');
  });
});

describe('dispose', () => {
  test('lets current sends complete, refuses later ones, and may be called twice', async () => {
    const { settings } = await makeWorld({ brokers });
    const pub = publisher.create(settings);
    const sent = Array.from({ length: 50 }, (_, i) => pub.send(topic_type.reply_to, replyFrame(i % 6)));
    await Promise.all([pub.dispose(), pub.dispose()]);
    await expect(Promise.all(sent)).resolves.toHaveLength(50);
    expect((await refusal(pub.send(topic_type.reply_to, replyFrame(0)))).code).toBe('disposed');
    expect(pub.is_connected()).toBe(false);
  });

  test('rejects a current and a later connect with `disposed`', async () => {
    const { with: changed } = await makeWorld({ brokers });
    const pub = publisher.create(changed({ connection: { brokers: ['127.0.0.1:1'] } }));
    const connecting = refusal(pub.connect());
    await pub.dispose();
    expect((await connecting).code).toBe('disposed');
    expect((await refusal(pub.connect())).code).toBe('disposed');
  });

  test('works before any connection was opened', async () => {
    const { settings } = await makeWorld({ brokers });
    await using pub = publisher.create(settings);
    expect(pub.is_connected()).toBe(false);
  });
});

test('records that the broker refuses for no reason of their own make it not ready, until one is acknowledged', async () => {
  const world = await makeWorld({
    brokers: inject('brokers'),
    topicConfigs: { 'message.timestamp.before.max.ms': '3600000' },
  });
  await using pub = publisher.create(world.settings);
  const send = () => pub.send(topic_type.reply_to, replyFrame(0));
  await send();
  expect(pub.is_connected()).toBe(true);
  const wallMs = Date.now.bind(Date);
  const yesterday = vi.spyOn(Date, 'now').mockImplementation(() => wallMs() - 86_400_000);
  onTestFinished(() => yesterday.mockRestore());
  expect(await refusal(send())).toMatchObject({ code: 'broker_refused' });
  expect(pub.is_connected()).toBe(false);
  expect(pub.health().problems.join()).toContain('was refused: the broker refused the time of the record');
  yesterday.mockRestore();
  await send();
  expect(pub.is_connected()).toBe(true);
});

test(
  'a topic that was deleted while nothing is sent makes it not connected within seconds',
  async () => {
    const world = await makeWorld({ brokers });
    await using pub = publisher.create(world.settings);
    await pub.connect();
    await pub.send(topic_type.worker, worker_frame({ path: [1], command: 'x' }));
    await deleteTopics(world.connection, [world.settings.topics.worker], new Deadline(10_000));
    await until('it is noticed', () => !pub.is_connected(), patient(12_000));
    expect(pub.health().problems.join()).toContain(`topic ${world.settings.topics.worker} cannot be seen`);
  },
  patient(40_000),
);
