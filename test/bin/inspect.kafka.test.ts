import { describe, expect, inject, onTestFinished, test } from 'vitest';
import {
  air_core_codec,
  dead_letter_topic,
  publisher,
  requester,
  topic_type,
  worker,
  worker_frame,
  text_payload,
  create_frame,
} from '../../src/index.js';
import { deleteTopics } from '../../src/kafka/admin/create-topics.js';
import { RecordProducer } from '../../src/kafka/produce/record-producer.js';
import { javaPartitioner } from '../../src/kafka/produce/partitioners.js';
import { Deadline } from '../../src/base/deadline.js';
import { easyPubsub } from '../support/broker-cli.js';
import { CommandProcess } from '../support/command-process.js';
import { makeWorld, variablesOf, type World } from '../support/world.js';

const BROKERS = inject('brokers').join(',');

const run = (...args: string[]) => easyPubsub({ env: process.env }, ...args, '--brokers', BROKERS);

/** One answered request, one that fails, and a record that is not a frame. */
async function worldWithTraffic(): Promise<World> {
  const world = await makeWorld({ brokers: inject('brokers'), workerPartitions: 2 });
  const { settings } = world;
  const answering = worker.create(settings, (frame) => {
    if (frame.command === 'fail') throw new Error('no such price');
    return create_frame({ payloads: [text_payload('12.50')] });
  });
  const caller = requester.create(settings);
  await Promise.all([answering.connect(), caller.connect()]);
  const ask = (command: string, id: string) =>
    caller.request(worker_frame({ path: [7, 1], command, payloads: [text_payload('tea')] }), {
      correlation_id: id,
      headers: { tenant: command },
    });
  await ask('price', 'order-1');
  await ask('fail', 'order-2').catch(() => undefined);
  const raw = new RecordProducer(world.connection, settings.topics.reply_to, {
    partitioner: javaPartitioner,
    metrics: settings.metrics,
    maxPending: 10,
  });
  const deadline = new Deadline(10_000);
  await raw.send({ key: null, value: Buffer.from('hello'), headers: {}, partition: 0 }, deadline);
  await raw.close(deadline);
  await Promise.all([answering.dispose(), caller.dispose()]);
  return world;
}

describe('topics and groups', () => {
  test('are listed and described, with what uses them', async () => {
    const world = await worldWithTraffic();
    const { topics, groups } = world.settings;
    const list = await run('topics', 'list', '--json');
    expect(JSON.parse(list.stdout)).toContainEqual({ topic: topics.worker, partitions: 2, replicas: 1 });
    expect(list.stderr).toBe(`Kafka: ${BROKERS} (--brokers)\n`);

    const described = await run('topics', 'describe', topics.worker);
    expect(described.stdout).toContain(`${topics.worker}: 2 partitions, at most 2 records`);
    expect(described.stdout).toContain(`groups: ${groups.worker} (0 members, lag 0)`);

    const all = await run('groups', 'list', '--json');
    expect(JSON.parse(all.stdout)).toContainEqual({
      group: groups.worker,
      state: 'Empty',
      members: 0,
      topics: [topics.worker],
    });

    const group = await run('groups', 'describe', groups.worker, '--json');
    const [{ positions }] = JSON.parse(group.stdout) as [{ positions: { committed: number; lag: number }[] }];
    expect(positions.reduce((sum, { committed }) => sum + committed, 0)).toBe(2);
    expect(positions.every(({ lag }) => lag === 0)).toBe(true);
  });

  test('a group with members is not deleted, and one without is', async () => {
    const world = await worldWithTraffic();
    const { groups } = world.settings;
    const working = worker.create(world.settings, () => undefined);
    await working.connect();
    const live = await run('groups', 'describe', groups.worker);
    expect(live.stdout).toMatch(/Stable, 1 members/);
    expect(live.stdout).toMatch(/easy-pubsub at 127\.0\.0\.1/);
    const refused = await run('groups', 'delete', groups.worker);
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/not deleted, because it has 1 members: easy-pubsub at 127\.0\.0\.1/);
    await working.dispose();
    const deleted = await run('groups', 'delete', groups.worker);
    expect(deleted.stdout).toBe(`${groups.worker}: deleted, with its positions in ${world.settings.topics.worker}\n`);
    expect(deleted.exitCode).toBe(0);
    const gone = await run('groups', 'delete', groups.worker);
    expect(gone.exitCode).toBe(1);
    expect(gone.stderr).toContain(`${groups.worker}: does not exist`);
    expect((await run('groups', 'describe', groups.worker)).exitCode).toBe(2);
  });

  test('one that is refused leaves the others to be created, and the exit code is 1', async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const [one, other] = ['one', 'other'].map((name) => `${world.settings.topics.worker}.${name}`) as [string, string];
    onTestFinished(() => deleteTopics(world.connection, [one, other], new Deadline(10_000)));
    // Kafka takes names that differ only in "." and "_" for the same.
    const refused = one.replaceAll('.', '_');
    const created = await run('topics', 'create', one, refused, other);
    expect(created.stdout).toBe(`${one}: created\n${other}: created\n`);
    expect(created.stderr).toMatch(new RegExp(`^${refused}: not done\\. .*\\[topic_unknown\\]$`, 'm'));
    expect(created.exitCode).toBe(1);
  });

  test('creating a topic that exists says what differs, and changes nothing', async () => {
    const world = await makeWorld({ brokers: inject('brokers'), workerPartitions: 2 });
    const { worker: topic } = world.settings.topics;
    const args = ['topics', 'create', topic, '--partitions', '4', '--replication-factor', '2'];
    expect((await run(...args)).stdout).toBe(
      `${topic}: already exists, with 2 partitions instead of 4 and 1 replicas instead of 2; it was not changed\n`,
    );
  });
});

describe('tail', () => {
  test('shows why a record is in a dead-letter topic', async () => {
    const { settings } = await makeWorld({ brokers: inject('brokers'), replyPartitions: 1 });
    const topic = settings.topics.reply_to;
    await using letters = dead_letter_topic.create(settings, topic);
    const position = { topic: 'prices', partition: 1, offset: 54 };
    const given = { position, key: null, headers: {}, attempts: 3, error_id: 'e', reason: 'row 17\nis locked' };
    const bytes = air_core_codec.encode(worker_frame({ path: 7, command: 'price' }));
    await letters.write({ ...given, bytes, kind: 'failed' });
    await letters.write({ position, key: null, headers: {}, bytes: Buffer.from('x'), reason: 'no frame' });
    const { stdout } = await run('tail', topic, '--from', 'beginning', '--until-end');
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(
        /^0\/0 .* price path 7 id .* dead letter: failed after 3 attempts, originally prices 1\/54: "row 17\\nis locked"$/,
      ),
      expect.stringMatching(/^0\/1 not a frame: .* dead letter: invalid, originally prices 1\/54: "no frame"$/),
      '',
    ]);
  });

  test('odd timestamps do not end it, and control characters are shown as text', async () => {
    const world = await makeWorld({ brokers: inject('brokers'), workerPartitions: 1 });
    const topic = world.settings.topics.worker;
    const raw = new RecordProducer(world.connection, topic, {
      partitioner: javaPartitioner,
      metrics: world.settings.metrics,
      maxPending: 10,
    });
    const deadline = new Deadline(10_000);
    const write = async (id: string, command: string, seconds: bigint): Promise<void> => {
      const frame = worker_frame({ path: [1], command, correlation_id: id });
      frame.sentAt = { $typeName: 'google.protobuf.Timestamp', seconds, nanos: -5 };
      const headers = { 'na\u001bme': 'va\u001blue' };
      await raw.send({ key: null, value: Buffer.from(air_core_codec.encode(frame)), headers, partition: 0 }, deadline);
    };
    await write('before', 'hello', -(2n ** 62n));
    await write('after', 'hello', 2n ** 62n);
    await write('\u001b[2Jcleared', 'two\nlines \u009b31m \u202e', 1n);
    await raw.close(deadline);
    const shown = await run('tail', topic, '--from', 'beginning', '--until-end');
    expect(shown.exitCode, shown.stderr).toBe(0);
    expect(shown.stdout.split('\n')).toEqual([
      '0/0 -4611686018427387904 s after 1970 hello path 1 id before',
      '0/1 4611686018427387904 s after 1970 hello path 1 id after',
      '0/2 1970-01-01T00:00:00.999Z two\\u000alines \\u009b31m \\u202e path 1 id \\u001b[2Jcleared',
      '',
    ]);
    const json = await run('tail', topic, '--from', 'beginning', '--until-end', '--json');
    expect(json.exitCode, json.stderr).toBe(0);
    const lines = json.stdout.trimEnd().split('\n');
    expect(json.stdout).not.toMatch(/[\u009b\u202e]/);
    const records = lines.map((line) => JSON.parse(line) as object);
    expect(records).toMatchObject([
      {
        offset: 0,
        bad: expect.stringMatching(/^the frame has no JSON form: /) as string,
        value: expect.any(String) as string,
      },
      { offset: 1, bad: expect.stringMatching(/^the frame has no JSON form: /) as string },
      { offset: 2, headers: { 'na\u001bme': 'va\u001blue' } },
    ]);
  });

  test('shows requests, replies, error replies and records that are not frames', async () => {
    const { settings } = await worldWithTraffic();
    const lines = async (topic: string, ...args: string[]): Promise<string[]> => {
      const ended = await run('tail', topic, '--from', 'beginning', '--until-end', ...args);
      expect(ended.exitCode, ended.stderr).toBe(0);
      return ended.stdout.split('\n').filter((line) => line !== '');
    };
    const { worker: requests, reply_to: replies } = settings.topics;
    const asked = await lines(requests);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatch(/^[01]\/0 \d{4}-\S+Z price path 7\.1 id order-1 → reply_to-\w+\/\d "tea"$/);
    const answered = await lines(replies);
    expect(answered).toHaveLength(3);
    expect(answered.join('\n')).toMatch(/ reply id order-1 "12\.50"$/m);
    expect(answered.join('\n')).toMatch(/ error handler_failed id order-2 "/m);
    expect(answered.join('\n')).toMatch(/^0\/\d not a frame: .* \(5 bytes\)$/m);

    expect(await lines(requests, '--command', 'fail')).toEqual([expect.stringContaining('order-2')]);
    expect(await lines(requests, '--header', 'tenant=price')).toEqual([expect.stringContaining('order-1')]);
    expect(await lines(replies, '--id', 'order-1')).toHaveLength(1);
    expect(await lines(replies, '--errors')).toHaveLength(2);
    expect(await lines(requests, '--count', '1')).toHaveLength(1);
    const [json = ''] = await lines(requests, '--id', 'order-1', '--json');
    expect(JSON.parse(json)).toMatchObject({
      topic: requests,
      headers: { tenant: 'price' },
      frame: { command: 'price', payloads: [{ text: 'tea' }] },
    });
  });

  test('follows: what is written later appears, and Ctrl-C ends it; no group is created', async () => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const topic = world.settings.topics.worker;
    const before = (await run('groups', 'list')).stdout;
    const tailing = new CommandProcess(['tail', topic, '--from', '1h', '--brokers', BROKERS], { ...process.env });
    await using pub = publisher.create(world.settings);
    await pub.send(topic_type.worker, worker_frame({ path: [1], command: 'hello', correlation_id: 'later' }));
    await expect.poll(() => tailing.stdout).toMatch(/ hello path 1 id later/);
    tailing.kill('SIGINT');
    expect((await tailing.exit).exitCode).toBe(130);
    expect(before).not.toContain(topic);
    expect((await run('groups', 'list')).stdout).not.toContain(topic);
  });

  test.each([
    [['--partition', '77'], /has no partition 77/],
    [['--from', 'yesterday'], /must be beginning, end, an offset/],
  ])('%j: exit code 2', async (args, said) => {
    const world = await makeWorld({ brokers: inject('brokers') });
    const ended = await run('tail', world.settings.topics.worker, '--until-end', ...args);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(said);
  });
});

test('brokers from the environment, and variables of the topics, are the default', async () => {
  const world = await makeWorld({ brokers: inject('brokers') });
  const env = { ...process.env, ...variablesOf(world), PUBSUB_BROKERS: BROKERS };
  const letters = `${world.settings.topics.worker}.dead`;
  onTestFinished(() => deleteTopics(world.connection, [letters], new Deadline(10_000)));
  const created = await easyPubsub({ env: { ...env, PUBSUB_DEAD_LETTER_TOPIC: letters } }, 'topics', 'create');
  expect(created.stdout).toContain(`${letters}: created\n`);
  const described = await easyPubsub({ env }, 'topics', 'describe');
  expect(described.stderr).toBe(`Kafka: ${BROKERS} (PUBSUB_BROKERS)\n`);
  expect(described.stdout).toContain(`${world.settings.topics.worker}: 6 partitions`);
  expect(described.stdout).toContain(`${world.settings.topics.reply_to}: 6 partitions`);
});
