import { expect, inject, test } from 'vitest';
import { Deadline } from '../../../../src/base/deadline.js';
import { readClusterId } from '../../../../local/kafka/readiness.js';
import { chooseKafka } from '../../../../local/kafka/index.js';
import { sandbox } from '../../../support/broker-sandbox.js';

test('an unknown broker is named with its cluster id, and not used', async () => {
  const [broker] = inject('brokers');
  const { clusterId } = await readClusterId([broker ?? ''], new Deadline(5_000));
  const port = Number(broker?.split(':')[1]);
  const box = await sandbox('nothing');
  await expect(chooseKafka({ env: box.env, port })).rejects.toMatchObject({
    code: 'kafka_unavailable',
    raw_message: `port ${port} was requested, but ${broker ?? ''} is in use by another Kafka (cluster id ${clusterId})`,
  });
});
