import { expect, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { pubsub_error } from '../../../src/base/error.js';
import { BrokerError } from '../../../src/kafka/client/broker-error.js';
import { AddedPartitions } from '../../../src/kafka/produce/added-partitions.js';
import { OpenRecord } from '../../../src/kafka/produce/open-record.js';
import { until } from '../../support/until.js';

/** A topic whose next metadata are these: a number of partitions, or a failure. */
function topicWith(...answers: (number | Error)[]) {
  const placed: string[] = [];
  const rejected: string[] = [];
  const failures: string[] = [];
  const topic = {
    topic: 't',
    partitionCount: 2,
    refresh: () => {
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      if (answer instanceof Error) return Promise.reject(answer);
      topic.partitionCount = answer ?? 2;
      return Promise.resolve();
    },
  };
  const added = new AddedPartitions(topic, {
    signal: new AbortController().signal,
    place: (record, partition) => placed.push(`${String(record.key)} in ${partition}`),
    failed: ({ code }) => failures.push(code),
  });
  const record = (key: string): OpenRecord =>
    new OpenRecord(
      { key: Buffer.from(key), value: null },
      new Deadline(60_000),
      't',
      () => undefined,
      (error) => rejected.push(pubsub_error.from(error, 'send').code),
      () => undefined,
    );
  return { topic, added, record, placed, rejected, failures };
}

test('a partition that the first broker does not know yet is found, and the records keep their order', async () => {
  const { added, record, placed, rejected } = topicWith(2, 2, 3);
  added.waitFor(2, record('a'));
  added.waitFor(2, record('b'));
  expect(placed).toEqual([]);
  await until('both are placed', () => placed.length === 2);
  expect(placed).toEqual(['a in 2', 'b in 2']);
  expect(rejected).toEqual([]);
});

test('a record that comes after the partition is known does not overtake those that wait', async () => {
  const { topic, added, record, placed } = topicWith(2);
  added.waitFor(2, record('a'));
  topic.partitionCount = 3;
  added.placeKnown();
  expect(placed).toEqual(['a in 2']);
});

test('metadata that cannot be read for a time do not reject the record', async () => {
  const { added, record, placed, rejected, failures } = topicWith(
    new BrokerError('LEADER_NOT_AVAILABLE'),
    new BrokerError('LEADER_NOT_AVAILABLE'),
    3,
  );
  added.waitFor(2, record('a'));
  await until('it is placed', () => placed.length > 0);
  expect(placed).toEqual(['a in 2']);
  expect(rejected).toEqual([]);
  expect(failures).toHaveLength(2);
});

test('neither does a login that is refused for a time, because the topic was reached before', async () => {
  const { added, record, placed, rejected } = topicWith(new BrokerError('SASL_AUTHENTICATION_FAILED'), 3);
  added.waitFor(2, record('a'));
  await until('it is placed', () => placed.length + rejected.length > 0);
  expect(placed).toEqual(['a in 2']);
});

test('a partition that stays unknown rejects the record, and one whose sender gave up is forgotten', async () => {
  const { added, record, placed, rejected } = topicWith(2);
  added.waitFor(2, record('a'));
  const given = record('b');
  added.waitFor(2, given);
  given.reject(new Error('its sender gave up'));
  expect(rejected).toHaveLength(1);
  await until('the other one is rejected', () => rejected.length > 1);
  expect(rejected.slice(1)).toEqual(['partition_unknown']);
  expect(placed).toEqual([]);
});
