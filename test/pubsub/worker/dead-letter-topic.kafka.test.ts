import { expect, inject, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import {
  dead_letter_topic,
  payload_text,
  publisher,
  text_payload,
  topic_type,
  worker_frame,
  worker_subscriber,
} from '../../../src/index.js';
import { createTopics, deleteTopics } from '../../../src/kafka/admin/create-topics.js';
import { produceRaw } from '../../support/produce-raw.js';
import { readTopic } from '../../support/read-topic.js';
import { makeWorld } from '../../support/world.js';

const brokers = inject('brokers');

test('records that are not frames are written unchanged with their origin, and reading continues', async () => {
  const { settings, connection } = await makeWorld({ brokers, workerPartitions: 1 });
  const dead = `${settings.topics.worker}.dead`;
  await createTopics(
    connection,
    [{ topic: dead, partitions: 3, replicationFactor: 1, configs: {} }],
    new Deadline(20_000),
  );
  await produceRaw(connection, settings.topics.worker, [
    { partition: 0, key: Buffer.from('k'), value: Buffer.from([0xff, 0xff]), headers: { from: 'afar' } },
    { partition: 0, value: null },
  ]);
  await using letters = dead_letter_topic.create(settings, dead);
  await using sub = worker_subscriber.create(settings, { on_bad_record: letters.write });
  await using pub = publisher.create(settings);
  await sub.connect();
  await pub.send(topic_type.worker, worker_frame({ path: [1], command: 'x', payloads: [text_payload('good')] }));
  expect(payload_text(await sub.frames.get())).toBe('good');

  const origin = {
    'dead-letter-topic': settings.topics.worker,
    'dead-letter-partition': '0',
    'dead-letter-kind': 'invalid',
  };
  // The letters are written beside the reading; leaving waits for them.
  await sub.dispose();
  await letters.dispose();
  const found = await readTopic(connection, dead);
  expect(found.map(({ key, value, headers }) => ({ key, value, headers }))).toEqual(
    expect.arrayContaining([
      {
        key: Buffer.from('k'),
        value: Buffer.from([0xff, 0xff]),
        headers: {
          from: 'afar',
          ...origin,
          'dead-letter-offset': '0',
          'dead-letter-reason': expect.any(String) as string,
        },
      },
      {
        key: null,
        value: null,
        headers: { ...origin, 'dead-letter-offset': '1', 'dead-letter-reason': expect.any(String) as string },
      },
    ]),
  );
  await deleteTopics(connection, [dead], new Deadline(10_000));
});

test('a dead-letter topic that does not exist does not stop a reader', async () => {
  const { settings, connection } = await makeWorld({ brokers, workerPartitions: 1 });
  await produceRaw(connection, settings.topics.worker, [{ partition: 0, value: Buffer.from([0xff]) }]);
  await using letters = dead_letter_topic.create(settings, 'no-such-topic');
  await using sub = worker_subscriber.create(settings, { on_bad_record: letters.write });
  await using pub = publisher.create(settings);
  await sub.connect();
  await pub.send(topic_type.worker, worker_frame({ path: [1], command: 'x', payloads: [text_payload('good')] }));
  expect(payload_text(await sub.frames.get())).toBe('good');
  expect(sub.status.bad).toBe(1);
});
