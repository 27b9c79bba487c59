import { expect, inject, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { javaPartitioner } from '../../../src/kafka/produce/partitioners.js';
import { RecordProducer } from '../../../src/kafka/produce/record-producer.js';
import { patient } from '../../support/patience.js';
import { makeWorld } from '../../support/world.js';

test('replies are accepted however many records wait, because their requests would be acknowledged without them', async () => {
  const world = await makeWorld({ brokers: inject('brokers') });
  const { settings, connection } = world;
  const producer = new RecordProducer(connection, settings.topics.reply_to, {
    partitioner: javaPartitioner,
    metrics: settings.metrics,
    maxPending: 1,
  });
  const deadline = new Deadline(patient(10_000));
  const record = { key: null, value: Buffer.from('x'), partition: 0 };
  const first = producer.send(record, deadline);
  await expect(producer.send(record, deadline)).rejects.toMatchObject({ code: 'overloaded' });
  const second = producer.send({ ...record, isLimited: false }, deadline);
  const offsets = (await Promise.all([first, second])).map(({ offset }) => offset);
  expect(offsets).toEqual([0, 1]);
  await producer.close(deadline);
});
