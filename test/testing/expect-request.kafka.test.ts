import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import * as z from 'zod';
import {
  command,
  create_frame,
  handler_error,
  json_payload,
  payload_text,
  publisher,
  requester,
  text_payload,
  topic_type,
  worker_frame,
  type config,
} from '../../src/index.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { expect_request, test_kafka } from '../../testing/index.js';
import { patient } from '../support/patience.js';
import { produceRaw } from '../support/produce-raw.js';

let kafka: test_kafka;
beforeAll(async () => {
  kafka = await test_kafka.attach(inject('brokers'));
});
afterAll(() => kafka.stop());

/** A requester on topics of its own. The name is that of the code under test. */
async function asking(): Promise<{ settings: config; caller: requester }> {
  const settings = await kafka.settings();
  const caller = requester.create(settings);
  onTestFinished(() => caller.dispose());
  await caller.connect();
  return { settings, caller };
}

const wait = { timeout_ms: patient(4_000) };
const frame = (name: string, path: number | string = 7) => worker_frame({ path, command: name });
const text = (words: string) => create_frame({ payloads: [text_payload(words)] });

describe('a request', () => {
  test('is answered and returned, whether the test waits before it or after it', async () => {
    const { settings, caller } = await asking();
    const before = expect_request(settings, { reply: text('one'), ...wait });
    expect(payload_text(await caller.request(frame('first')))).toBe('one');
    expect(await before).toMatchObject({ command: 'first' });

    const reply = caller.request(frame('second'), wait);
    const after = await expect_request(settings, { command: 'second', ...wait });
    expect(after.command).toBe('second');
    expect((await reply).error).toBeUndefined();
  });

  test('is chosen by command and predicate; others wait until a test wants them', async () => {
    const { settings, caller } = await asking();
    const replies = ['a', 'b', 'c'].map((name, index) => caller.request(frame(name, index), { timeout_ms: 60_000 }));
    const c = expect_request(settings, { command: 'c', reply: () => text('for c'), ...wait });
    const b = expect_request(settings, {
      where: ({ command: name }) => name === 'b',
      reply: [text('1'), text('2')],
      ...wait,
    });
    expect((await Promise.all([c, b])).map(({ command: name }) => name)).toEqual(['c', 'b']);
    // It arrived when no test waited for it, and the one before was answered and will not be delivered to a test again.
    expect((await expect_request(settings, wait)).command).toBe('a');
    expect((await Promise.all(replies)).map(payload_text)).toEqual([undefined, '2', 'for c']);
    await expect(expect_request(settings, { timeout_ms: patient(500) })).rejects.toMatchObject({
      message: expect.stringMatching(
        /no request arrived on the topic test-.*-worker besides the 3 that were answered/,
      ) as string,
    });
  });

  test('gets an error reply where the test says so', async () => {
    const { settings, caller } = await asking();
    const asked = expect_request(settings, { reply: new handler_error('no_such_sku', 'not sold here'), ...wait });
    await expect(caller.request(frame('price'))).rejects.toMatchObject({
      code: 'reply_error',
      details: { reply_code: 'no_such_sku' },
    });
    expect(await asked).toMatchObject({ command: 'price' });
  });

  test('may be one that asks for no reply', async () => {
    const { settings } = await asking();
    await using sending = publisher.create(settings);
    await sending.connect();
    await sending.send(topic_type.worker, frame('notice'));
    expect(await expect_request(settings, { reply: text('unheard'), ...wait })).toMatchObject({ command: 'notice' });
  });

  test('of a command is checked and typed', async () => {
    const { settings, caller } = await asking();
    const price = command(
      'price',
      z.object({ sku: z.string(), count: z.number().default(1) }),
      z.object({ amount: z.number() }),
    );
    const asked = expect_request(settings, price, {
      where: ({ sku }) => sku === 'A-1',
      reply: ({ count }) => ({ amount: 7 * count }),
      ...wait,
    });
    expect(await caller.call(price, { sku: 'A-1' })).toEqual({ amount: 7 });
    const request: { sku: string; count: number } = await asked;
    expect(request).toEqual({ sku: 'A-1', count: 1 });

    const refused = expect_request(settings, price, { reply: { amount: 7 }, ...wait });
    const wrong = worker_frame({ path: 1, command: 'price', payloads: [json_payload({ sku: 5 })] });
    await expect(caller.request(wrong)).rejects.toMatchObject({ details: { reply_code: 'payload_invalid' } });
    await expect(refused).rejects.toMatchObject({ code: 'payload_invalid' });
    // @ts-expect-error the reply has an amount
    await expect(expect_request(settings, price, {})).rejects.toMatchObject({ details: { field: 'reply' } });
  });
});

describe('a test that waits in vain', () => {
  test('gets an error that lists what arrived instead', async () => {
    const { settings, caller } = await asking();
    await produceRaw(kafkaConnection(settings), settings.topics.worker, [
      { partition: 0, value: Buffer.from('no frame') },
    ]);
    caller.request(frame('stock', 3), { timeout_ms: 60_000 }).catch(() => undefined);
    caller.request(frame('stock', 4), { timeout_ms: 60_000 }).catch(() => undefined);
    await expect(expect_request(settings, { command: 'price', timeout_ms: patient(1_500) })).rejects.toMatchObject({
      code: 'deadline_exceeded',
      message: expect.stringMatching(
        /ms waiting for a request "price": "stock" with path [34], "stock" with path [34] arrived instead.*1 records are not frames/,
      ) as string,
      hint: expect.stringContaining('command and where') as string,
    });
  });

  test('gets an error that says that nothing arrived', async () => {
    const { settings } = await asking();
    await expect(expect_request(settings, { timeout_ms: patient(1_000) })).rejects.toMatchObject({
      code: 'deadline_exceeded',
      message: expect.stringContaining(`no request arrived on the topic ${settings.topics.worker}`) as string,
    });
  });

  test('gets an error for its own mistakes: in where, in reply, and in its options', async () => {
    const { settings, caller } = await asking();
    const boom = new Error('boom');
    const fail = (): never => {
      throw boom;
    };
    const inWhere = expect_request(settings, { where: fail, ...wait });
    const first = caller.request(frame('x'), { timeout_ms: 60_000 });
    await expect(inWhere).rejects.toBe(boom);
    const inReply = expect_request(settings, { reply: fail, ...wait });
    await expect(first).rejects.toMatchObject({
      details: { reply_message: expect.stringContaining('boom') as string },
    });
    await expect(inReply).rejects.toBe(boom);
    await expect(expect_request(settings, { timeout_ms: -1 })).rejects.toMatchObject({ code: 'argument_invalid' });
  });

  test('ends by its signal, and by the end of its Kafka', async () => {
    const { settings } = await asking();
    const controller = new AbortController();
    const aborted = expect_request(settings, { signal: controller.signal, ...wait });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ code: 'aborted' });

    const own = await test_kafka.attach(inject('brokers'));
    const waiting = expect_request(await own.settings(), { timeout_ms: 60_000 });
    await own.stop();
    await expect(waiting).rejects.toMatchObject({ code: 'disposed' });
  });

  test('gets the reason why the topic cannot be read', async () => {
    const { settings } = await asking();
    const elsewhere = settings.with({ topics: { worker: 'no-such-topic' } });
    await expect(expect_request(elsewhere, wait)).rejects.toMatchObject({ code: 'topic_unknown' });
  });
});
