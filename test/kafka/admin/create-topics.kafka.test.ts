import { expect, inject, onTestFinished, test } from 'vitest';
import { randomUUID } from 'node:crypto';
import { Deadline } from '../../../src/base/deadline.js';
import { config } from '../../../src/index.js';
import { createTopics, deleteTopics } from '../../../src/kafka/admin/create-topics.js';
import { topicSettings } from '../../../src/kafka/admin/describe-topics.js';
import { kafkaConnection } from '../../../src/pubsub/kafka-connection.js';

test.each([
  ['can be written, whatever the brokers ask for', undefined, '1'],
  ['has what its creator asks for', { 'min.insync.replicas': '2' }, '2'],
])('a topic with one replica %s', async (_, configs, inSync) => {
  const connection = kafkaConnection(config.create({ connection: { brokers: inject('brokers') } }));
  const topic = `in-sync-${randomUUID()}`;
  const wanted = { topic, partitions: 1, replicationFactor: 1, ...(configs === undefined ? {} : { configs }) };
  expect(await createTopics(connection, [wanted], new Deadline(20_000))).toEqual([topic]);
  onTestFinished(() => deleteTopics(connection, [topic], new Deadline(20_000)));
  expect(await topicSettings(connection, topic, new Deadline(20_000))).toContainEqual(
    expect.objectContaining({ name: 'min.insync.replicas', value: inSync }),
  );
});
