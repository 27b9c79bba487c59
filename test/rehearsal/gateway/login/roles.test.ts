import { readFile } from 'node:fs/promises';
import type { Consumer } from 'kafkajs';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { Roles } from '../../../../rehearsal/gateway/login/roles.js';
import { embeddedSkip } from '../../../support/broker-machine.js';
import { skipFor } from '../../../support/skips.js';
import { until } from '../../../support/until.js';
import { iamWorld, newRole, Operation, REGION, Resource } from '../support/world.js';

const writer = newRole('writer', { mayWriteIdempotently: false });
const reader = newRole('reader');
const unconnected = newRole('unconnected', { mayConnect: false });
const roles = [writer, reader, unconnected];
const world = iamWorld({ nodes: 2, roles, authorizerDebug: true });

beforeEach(async (context) => skipFor(context, await embeddedSkip()));

test('roles have the rights of their ACLs, over two brokers, and the authorizer’s log names them', async () => {
  const { client, grant, kafka, topic: newTopic } = world();
  const topic = await newTopic(4);
  const group = `group-of-${topic}`;
  await grant(writer, Resource.TOPIC, topic, [Operation.WRITE, Operation.DESCRIBE]);
  await grant(reader, Resource.TOPIC, topic, [Operation.READ, Operation.DESCRIBE]);
  await grant(reader, Resource.GROUP, group, [Operation.READ, Operation.DESCRIBE]);

  const producer = client(writer).producer();
  onTestFinished(() => producer.disconnect());
  await producer.connect();
  const sent = Array.from({ length: 40 }, (_, i) => ({ value: `record ${i}`, partition: i % 4 }));
  // A record that is larger than what a socket accepts at once: it is forwarded in parts.
  sent.push({ value: 'x'.repeat(900_000), partition: 0 });
  await producer.send({ topic, messages: sent });
  // These get no answer; the next answers still match their requests.
  await producer.send({ topic, acks: 0, messages: [{ value: 'unanswered', partition: 1 }] });
  await producer.send({ topic, messages: [{ value: 'last', partition: 1 }] });

  const consumer = client(reader).consumer({ groupId: group });
  onTestFinished(() => consumer.disconnect());
  const read: string[] = [];
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => void read.push(message.value?.toString() ?? ''),
  });
  await until('everything is read', () => read.length === sent.length + 2);
  expect(read.sort()).toEqual([...sent.map(({ value }) => value), 'last', 'unanswered'].sort());

  const logs = await Promise.all(kafka.authorizerLogs.map((file) => readFile(file, 'utf8')));
  expect(logs.join('\n')).toMatch(`Principal = User:${reader.arn} is Allowed operation = READ`);
});

test('what no ACL allows is denied with Kafka’s own error', async () => {
  const { client, grant, kafka, topic: newTopic } = world();
  const topic = await newTopic();
  await grant(writer, Resource.TOPIC, topic, [Operation.WRITE, Operation.DESCRIBE]);
  await grant(reader, Resource.TOPIC, topic, [Operation.READ, Operation.DESCRIBE]);
  const producer = client(reader).producer();
  onTestFinished(() => producer.disconnect());
  await producer.connect();
  await expect(producer.send({ topic, messages: [{ value: 'no' }] })).rejects.toMatchObject({
    type: 'TOPIC_AUTHORIZATION_FAILED',
  });
  const consumer = client(writer).consumer({ groupId: 'nobodys', retry: { retries: 0 } });
  onTestFinished(() => consumer.disconnect());
  expect(await crashOf(consumer, topic)).toMatch(/find group coordinator/);
  const logs = await Promise.all(kafka.authorizerLogs.map((file) => readFile(file, 'utf8')));
  expect(logs.join('\n')).toMatch(`Principal = User:${reader.arn} is Denied operation = WRITE`);
  expect(logs.join('\n')).toMatch(`Principal = User:${writer.arn} is Denied operation = DESCRIBE`);
});

async function crashOf(consumer: Consumer, topic: string): Promise<string> {
  const crashed = new Promise<string>((resolve) => {
    consumer.on(consumer.events.CRASH, ({ payload }) => resolve(payload.error.message));
  });
  await consumer.connect();
  await consumer.subscribe({ topic });
  const failed = consumer.run({ eachMessage: async () => undefined }).then(
    () => crashed,
    (error: unknown) => String(error),
  );
  return Promise.race([crashed, failed]);
}

test('the login of a role without Connect is refused, and the log has the reason under the client’s id', async () => {
  const { client, refusals } = world();
  const admin = client(unconnected).admin();
  onTestFinished(() => admin.disconnect());
  const error = await admin.connect().then(
    () => new Error('it was not refused'),
    (caught: unknown) => caught as Error,
  );
  const id = /\[([0-9a-f-]{36})\]: Access denied/.exec(error.message)?.[1];
  expect(refusals.find((refusal) => refusal.id === id)).toMatchObject({
    reason: 'connect_not_granted',
    sentence: 'kafka-cluster:Connect is not granted',
    roleArn: unconnected.arn,
    accessKeyId: unconnected.accessKeyId,
  });
});

test('a role without the right to write idempotently gets no producer id, as on MSK; with the right it gets one', async () => {
  const { client, grant, refusals, topic: newTopic } = world();
  const topic = await newTopic();
  for (const role of [writer, reader]) {
    await grant(role, Resource.TOPIC, topic, [Operation.WRITE, Operation.DESCRIBE]);
  }
  const send = async (role: typeof writer, idempotent: boolean): Promise<unknown> => {
    const producer = client(role).producer({ idempotent });
    try {
      await producer.connect();
      return await producer.send({ topic, messages: [{ value: 'x' }] });
    } finally {
      await producer.disconnect();
    }
  };
  await expect(send(writer, true)).rejects.toMatchObject({ type: 'CLUSTER_AUTHORIZATION_FAILED', code: 31 });
  expect(refusals.at(-1)).toMatchObject({ reason: 'write_data_idempotently_not_granted', roleArn: writer.arn });
  await expect(send(writer, false)).resolves.toMatchObject([{ errorCode: 0 }]);
  await expect(send(reader, true)).resolves.toMatchObject([{ errorCode: 0 }]);
});

test('roles can change while clients are connected', async () => {
  const { kafka, client, grant, letsIn, topic: newTopic } = world();
  onTestFinished(() => kafka.setRoles(roles));
  const topic = await newTopic();
  await grant(reader, Resource.TOPIC, topic, [Operation.WRITE, Operation.DESCRIBE]);
  const connected = client(reader).producer();
  onTestFinished(() => connected.disconnect());
  await connected.connect();
  await connected.send({ topic, messages: [{ value: 'before' }] });
  const newcomer = newRole('newcomer');
  kafka.setRoles([newcomer]);
  await letsIn(newcomer);
  await expect(letsIn(reader)).rejects.toThrow('Access denied');
  await expect(connected.send({ topic, messages: [{ value: 'after' }] })).resolves.toMatchObject([{ errorCode: 0 }]);
  kafka.setRoles(() => roles);
  await letsIn(reader);
  await expect(letsIn(newcomer)).rejects.toThrow('Access denied');
});

test('the region that they sign for can change, too', async () => {
  const { kafka, letsIn, refusals } = world();
  onTestFinished(() => kafka.setRoles(roles, REGION));
  kafka.setRoles(roles, 'us-west-2');
  await expect(letsIn(reader)).rejects.toThrow('Access denied');
  expect(refusals.at(-1)).toMatchObject({ reason: 'region_wrong' });
  kafka.setRoles(roles, REGION);
  await letsIn(reader);
});

test('two roles cannot have one access key', () => {
  const twin = { ...reader, arn: writer.arn };
  expect(() => new Roles([reader, twin], REGION)).toThrow(
    `the roles ${reader.arn} and ${writer.arn} have the same access key id`,
  );
  expect(() => new Roles([{ ...reader, secretAccessKey: '' }], REGION)).toThrow('a secret');
  expect(new Roles([reader], REGION).find('constructor')).toBeUndefined();
});
