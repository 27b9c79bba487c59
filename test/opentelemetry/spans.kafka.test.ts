import { SpanStatusCode, trace } from '@opentelemetry/api';
import { describe, expect, inject, test } from 'vitest';
import {
  create_frame,
  handler_error,
  no_reply,
  payload_text,
  publisher,
  requester,
  text_payload,
  topic_type,
  worker,
  worker_frame,
  type AirCoreFrame,
  type config,
  type config_input,
  type frame_handler,
} from '../../src/index.js';
import { systemClock } from '../../src/base/ports.js';
import { timestampOf } from '../../src/frame/timestamp.js';
import { Deadline } from '../../src/base/deadline.js';
import { createTopics, deleteTopics } from '../../src/kafka/admin/create-topics.js';
import { produceRaw } from '../support/produce-raw.js';
import { readTopic } from '../support/read-topic.js';
import { refusal } from '../support/refusal.js';
import { until } from '../support/until.js';
import { makeWorld, type World } from '../support/world.js';
import { inSpan, kindOf, only, parentOf, recorded, registerContext, spansOf, tree, type Recorded } from './recorded.js';

const brokers = inject('brokers');
registerContext();

const ask = (text = 'x', path = 'p'): AirCoreFrame => worker_frame({ path, payloads: [text_payload(text)] });
const answer: frame_handler<AirCoreFrame> = (frame) => create_frame({ payloads: frame.payloads });

/** A requester and a worker, each with the telemetry of its own process. */
interface Pair extends AsyncDisposable {
  readonly world: World;
  readonly asking: Recorded;
  readonly answering: Recorded;
  readonly settings: config;
  readonly caller: requester;
  readonly served: worker;
}

async function pair(handler: frame_handler<AirCoreFrame> = answer, changes: Partial<config_input> = {}): Promise<Pair> {
  const world = await makeWorld({ brokers });
  const asking = recorded();
  const answering = recorded();
  const settings = world.with(changes, asking.ports);
  const caller = requester.create(settings);
  const served = worker.create(world.with(changes, answering.ports), handler);
  await Promise.all([caller.connect(), served.connect()]);
  return {
    world,
    asking,
    answering,
    settings,
    caller,
    served,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([caller.dispose(), served.dispose()]);
    },
  };
}

describe('a request', () => {
  test('is one trace: request, send, process, reply, across both processes', async () => {
    await using p = await pair();
    await p.caller.request(ask(), { correlation_id: 'c-1' });
    const spans = await spansOf([p.asking, p.answering], 4);
    expect(tree(spans, p.world)).toEqual([
      'request worker',
      '  send worker',
      '    process worker',
      '      reply reply_to',
    ]);
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    expect(p.asking.ended().map(({ name }) => name.split(' ')[0])).toEqual(['send', 'request']);

    const { topics, groups } = p.settings;
    const common = {
      'messaging.system': 'kafka',
      'messaging.client.id': 'easy-pubsub',
      'messaging.message.conversation_id': 'c-1',
    };
    const [request, send, process, reply] = ['request', 'send', 'process', 'reply'].map((name) => only(spans, name));
    expect([request, send, process, reply].map((span) => kindOf(span!))).toEqual([
      'CLIENT',
      'PRODUCER',
      'CONSUMER',
      'PRODUCER',
    ]);
    expect(request!.attributes).toEqual({
      ...common,
      'messaging.destination.name': topics.worker,
      'messaging.operation.name': 'request',
    });
    const written = {
      'messaging.destination.partition.id': expect.stringMatching(/^\d$/) as string,
      'messaging.kafka.offset': 0,
    };
    expect(send!.attributes).toEqual({
      ...common,
      ...written,
      'messaging.destination.name': topics.worker,
      'messaging.operation.name': 'send',
      'messaging.operation.type': 'send',
    });
    expect(process!.attributes).toEqual({
      ...common,
      ...written,
      'messaging.destination.name': topics.worker,
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.consumer.group.name': groups.worker,
      'easy_pubsub.attempt': 1,
    });
    expect(process!.attributes['messaging.destination.partition.id']).toBe(
      send!.attributes['messaging.destination.partition.id'],
    );
    expect(reply!.attributes).toEqual({
      ...common,
      ...written,
      'messaging.destination.name': topics.reply_to,
      'messaging.operation.name': 'reply',
      'messaging.operation.type': 'send',
    });
    // The conventions link a consumer to the context that its message was created in.
    expect(process!.links.map(({ context }) => context.spanId)).toEqual([send!.spanContext().spanId]);
    expect([request, send, reply].flatMap((span) => span!.links)).toEqual([]);
  });

  test('with several replies has a span for each; a handler that yields them stays active', async () => {
    await using p = await pair(async function* () {
      for (const text of ['a', 'b', 'c']) {
        await inSpan(p.answering, `make ${text}`, () => Promise.resolve());
        yield create_frame({ payloads: [text_payload(text)] });
      }
    });
    const texts: (string | undefined)[] = [];
    for await (const reply of p.caller.request_many(ask())) texts.push(payload_text(reply));
    expect(texts).toEqual(['a', 'b', 'c']);
    expect(tree(await spansOf([p.asking, p.answering], 9), p.world).filter((line) => !line.includes('make'))).toEqual([
      'request worker',
      '  send worker',
      '    process worker',
      '      reply reply_to',
      '      reply reply_to',
      '      reply reply_to',
    ]);
    const spans = await spansOf([p.answering], 7);
    const handle = only(spans, 'process').spanContext().spanId;
    expect(spans.filter(({ name }) => name.startsWith('make')).map((span) => parentOf(span))).toEqual([
      handle,
      handle,
      handle,
    ]);
  });

  test('among many at the same time keeps to its own trace, on both sides', async () => {
    await using p = await pair(async (frame) => {
      await inSpan(p.answering, `work ${payload_text(frame)}`, () => new Promise(setImmediate));
      return create_frame({ payloads: frame.payloads });
    });
    const count = 60;
    await Promise.all(
      Array.from({ length: count }, (_, i) =>
        inSpan(p.asking, `task ${i}`, async () => {
          await p.caller.request(ask(String(i), `path-${i % 7}`), { correlation_id: `id-${i}` });
        }),
      ),
    );
    const spans = await spansOf([p.asking, p.answering], count * 6);
    const traceIds = new Set(spans.map((span) => span.spanContext().traceId));
    expect(traceIds.size).toBe(count);
    for (const traceId of traceIds) {
      const own = spans.filter((span) => span.spanContext().traceId === traceId);
      const number = only(own, 'task').name.split(' ')[1]!;
      expect(tree(own, p.world)).toEqual([
        `task ${number}`,
        '  request worker',
        '    send worker',
        '      process worker',
        `        work ${number}`,
        '        reply reply_to',
      ]);
      const ids = own.flatMap(({ attributes }) => attributes['messaging.message.conversation_id'] ?? []);
      expect(ids).toEqual(Array.from({ length: 4 }, () => `id-${number}`));
    }
  });

  test('that a handler sends to another service continues the trace', async () => {
    await using inner = await pair();
    await using outer = await pair(async (frame) => inner.caller.request(frame));
    await outer.caller.request(ask());
    const spans = await spansOf([outer.asking, outer.answering, inner.asking, inner.answering], 8);
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    const handle = only(await spansOf([outer.answering], 2), 'process');
    expect(parentOf(only(await spansOf([inner.asking], 2), 'request'))).toBe(handle.spanContext().spanId);
  });

  test('that is refused, aborted or not answered fails with the code of its error', async () => {
    await using p = await pair(() => no_reply, { requester: { max_in_flight: 1 } });
    const aborting = new AbortController();
    const first = refusal(p.caller.request(ask(), { signal: aborting.signal }));
    expect((await refusal(p.caller.request(ask()))).code).toBe('overloaded');
    aborting.abort();
    await first;
    expect((await refusal(p.caller.request(ask(), { timeout_ms: 50 }))).code).toBe('deadline_exceeded');
    expect((await refusal(p.caller.request(ask(), { timeout_ms: -1 }))).code).toBe('argument_invalid');
    await until(
      'four have ended',
      () => p.asking.ended().filter(({ name }) => name.startsWith('request')).length === 4,
    );
    const requests = p.asking.ended().filter(({ name }) => name.startsWith('request'));
    expect(requests.map(({ attributes }) => attributes['error.type'])).toEqual([
      'overloaded',
      'aborted',
      'deadline_exceeded',
      'argument_invalid',
    ]);
    expect(requests.every(({ status }) => status.code === SpanStatusCode.ERROR)).toBe(true);
  });
});

describe('a handler that fails', () => {
  test.each([
    ['an unexpected error', () => Promise.reject(new RangeError('17 is too much')), 'RangeError', 'handler_failed'],
    ['a handler_error', () => Promise.reject(new handler_error('no_stock', 'none left')), 'no_stock', 'no_stock'],
    ['a result that is not a frame', () => 5 as never, 'frame_invalid', 'reply_refused'],
  ] as const)('%s', async (_, handler, type, replyCode) => {
    await using p = await pair(handler);
    await refusal(p.caller.request(ask()));
    const spans = await spansOf([p.asking, p.answering], 4);
    expect(tree(spans, p.world)).toEqual([
      'request worker (failed)',
      '  send worker',
      '    process worker (failed)',
      '      reply reply_to',
    ]);
    const handle = only(spans, 'process');
    expect(handle.attributes['error.type']).toBe(type);
    expect(handle.events.map(({ name }) => name)).toEqual(['exception']);
    expect(only(spans, 'request').attributes).toMatchObject({
      'error.type': 'reply_error',
      'easy_pubsub.reply_code': replyCode,
    });
  });

  test('is logged in its span: a logger that adds the trace adds this one', async () => {
    const world = await makeWorld({ brokers });
    const part = recorded();
    const logged: [string, string | undefined][] = [];
    const ignore = (): void => undefined;
    const line = (text: string): void => void logged.push([text, trace.getActiveSpan()?.spanContext().spanId]);
    const logger = { debug: ignore, info: ignore, warn: line, error: line };
    const changes = { worker: { retry_attempts: 2, retry_backoff_ms: 10 } };
    await using served = worker.create(world.with(changes, { ...part.ports, logger }), () => {
      throw new Error('always');
    });
    await using caller = requester.create(world.with(changes, part.ports));
    await Promise.all([served.connect(), caller.connect()]);
    await refusal(caller.request(ask()));
    const attempts = (await spansOf([part], 5)).filter(({ name }) => name.startsWith('process'));
    expect(logged).toEqual([
      ['a handler failed, and its frame will be handled again', attempts[0]!.spanContext().spanId],
      ['a handler failed', attempts[1]!.spanContext().spanId],
    ]);
  });

  test('has a span for each attempt', async () => {
    await using p = await pair(
      (frame, { attempt }) => {
        if (attempt < 3) throw new Error(`attempt ${attempt}`);
        return answer(frame, {} as never);
      },
      { worker: { retry_attempts: 3, retry_backoff_ms: 10, retry_max_backoff_ms: 10 } },
    );
    await p.caller.request(ask());
    const spans = await spansOf([p.asking, p.answering], 6);
    expect(tree(spans, p.world)).toEqual([
      'request worker',
      '  send worker',
      '    process worker (failed)',
      '    process worker (failed)',
      '    process worker',
      '      reply reply_to',
    ]);
    const attempts = p.answering.ended().filter(({ name }) => name.startsWith('process'));
    expect(attempts.map(({ attributes, status }) => [attributes['easy_pubsub.attempt'], status.message])).toEqual([
      [1, 'attempt 1'],
      [2, 'attempt 2'],
      [3, undefined],
    ]);
  });

  test('that is given up has a span for its dead letter, beside those of its attempts', async () => {
    const world = await makeWorld({ brokers, workerPartitions: 1 });
    const dead = `${world.settings.topics.worker}.dead`;
    await createTopics(world.connection, [{ topic: dead, partitions: 1, replicationFactor: 1 }], new Deadline(20_000));
    const asking = recorded();
    const answering = recorded();
    const topics = { ...world.input.topics, dead_letter: dead };
    await using caller = requester.create(world.with({}, asking.ports));
    await using served = worker.create(
      world.with({ topics, worker: { retry_attempts: 2, retry_backoff_ms: 10 } }, answering.ports),
      () => {
        throw new Error('no');
      },
    );
    await Promise.all([caller.connect(), served.connect()]);
    await refusal(caller.request(ask(), { correlation_id: 'c-9' }));
    // A record that is not a frame, in a trace of its own.
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await produceRaw(world.connection, topics.worker!, [
      { partition: 0, value: Buffer.from([0xff]), headers: { traceparent } },
    ]);
    const spans = await spansOf([asking, answering], 7);
    const inTrace = spans.filter((span) => span.spanContext().traceId !== 'a'.repeat(32));
    expect(tree(inTrace, world)).toEqual([
      'request worker (failed)',
      '  send worker',
      '    process worker (failed)',
      '    process worker (failed)',
      '      reply reply_to',
      '    dead_letter worker.dead',
    ]);
    const letter = only(inTrace, 'dead_letter');
    expect(kindOf(letter)).toBe('CLIENT');
    expect(letter.links.map(({ context }) => context.spanId)).toEqual([only(inTrace, 'send').spanContext().spanId]);
    expect(letter.attributes).toEqual({
      'messaging.system': 'kafka',
      'messaging.client.id': 'easy-pubsub',
      'messaging.message.conversation_id': 'c-9',
      'messaging.destination.name': dead,
      'messaging.operation.name': 'dead_letter',
      'messaging.operation.type': 'send',
      'messaging.destination.partition.id': '0',
      'messaging.kafka.offset': 0,
    });
    const [invalid] = spans.filter((span) => !inTrace.includes(span));
    expect([invalid!.name, parentOf(invalid!)]).toEqual([`dead_letter ${dead}`, 'b'.repeat(16)]);
    await served.dispose();
    // The records keep the context that they came with: they can be sent again as they are.
    const sent = only(inTrace, 'send').spanContext();
    expect((await readTopic(world.connection, dead)).map(({ headers }) => headers['traceparent'])).toEqual([
      `00-${sent.traceId}-${sent.spanId}-01`,
      traceparent,
    ]);
    await deleteTopics(world.connection, [dead], new Deadline(10_000));
  });

  test('that exceeds its time', async () => {
    await using p = await pair(() => new Promise(() => undefined), { worker: { handler_timeout_ms: 100 } });
    await refusal(p.caller.request(ask()));
    const handle = only(await spansOf([p.answering], 2), 'process');
    expect(handle.attributes['error.type']).toBe('handler_timeout');
  });

  test('that is cut off, because its worker is disposed', async () => {
    let isCalled = false;
    await using p = await pair(
      () => {
        isCalled = true;
        return new Promise(() => undefined);
      },
      { disposal: { dispose_timeout_ms: 300 } },
    );
    const waiting = refusal(p.caller.request(ask()));
    await until('the handler runs', () => isCalled);
    await p.served.dispose();
    expect(only(p.answering.ended(), 'process').attributes['error.type']).toBe('disposed');
    await p.caller.dispose();
    expect((await waiting).code).toBe('disposed');
  });
});

describe('time', () => {
  test('a reply after the deadline is in the trace of its request, which failed', async () => {
    let finish = (): void => undefined;
    await using p = await pair(async (frame) => {
      await new Promise<void>((resolve) => (finish = resolve));
      return create_frame({ payloads: frame.payloads });
    });
    expect((await refusal(p.caller.request(ask(), { timeout_ms: 300 }))).code).toBe('deadline_exceeded');
    finish();
    await until('the reply arrived', () => p.caller.counts.late === 1);
    expect(tree(await spansOf([p.asking, p.answering], 4), p.world)).toEqual([
      'request worker (failed)',
      '  send worker',
      '    process worker',
      '      reply reply_to',
    ]);
  });

  test('a request past its deadline is not handled, and its span says so', async () => {
    const world = await makeWorld({ brokers });
    const part = recorded();
    const settings = world.with({}, part.ports);
    await using sending = publisher.create(settings);
    await sending.send(topic_type.worker, worker_frame({ path: 1, deadline: timestampOf(Date.now() - 60_000) }));
    await using served = worker.create(settings, answer);
    await served.connect();
    const spans = await spansOf([part], 2);
    expect(tree(spans, world)).toEqual(['send worker', '  process worker (failed)']);
    expect(only(spans, 'process').attributes['error.type']).toBe('expired');
  });

  test('if the clocks differ, the reply that says so is in the trace', async () => {
    const world = await makeWorld({ brokers });
    const part = recorded();
    const ahead = { ...systemClock, wall_ms: () => Date.now() + 3_600_000 };
    await using served = worker.create(world.with({}, { ...part.ports, clock: ahead }), answer);
    await using caller = requester.create(world.with({}, part.ports));
    await Promise.all([served.connect(), caller.connect()]);
    expect((await refusal(caller.request(ask()))).details['reply_code']).toBe('expired');
    expect(tree(await spansOf([part], 4), world)).toEqual([
      'request worker (failed)',
      '  send worker',
      '    process worker (failed)',
      '      reply reply_to',
    ]);
  });
});

describe('a frame without a reply', () => {
  test('is sent and handled in the trace of its sender', async () => {
    await using p = await pair();
    await using sending = publisher.create(p.settings);
    await inSpan(p.asking, 'program', () => sending.send(topic_type.worker, ask()));
    expect(tree(await spansOf([p.asking, p.answering], 3), p.world)).toEqual([
      'program',
      '  send worker',
      '    process worker',
    ]);
  });

  test('begins a trace where there is none', async () => {
    await using p = await pair();
    await using sending = publisher.create(p.settings);
    await sending.send(topic_type.worker, ask('one'));
    await sending.send(topic_type.worker, ask('two'));
    const spans = await spansOf([p.asking, p.answering], 4);
    expect(tree(spans, p.world)).toEqual(['send worker', '  process worker', 'send worker', '  process worker']);
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(2);
  });

  test('that comes without a trace is handled in a new one, not in one that was active when the worker connected', async () => {
    const world = await makeWorld({ brokers });
    const part = recorded();
    await using served = worker.create(world.with({}, part.ports), answer);
    await inSpan(part, 'start', () => served.connect());
    await using silent = publisher.create(world.settings);
    await silent.send(topic_type.worker, ask());
    await until('it is handled', () => served.counts.handled === 1);
    const handle = only(part.ended(), 'process');
    expect(parentOf(handle)).toBeUndefined();
    expect(handle.links).toEqual([]);
  });
});

describe('headers', () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  test('a trace context that the caller gives is sent as it is, and the span of the send is linked to it', async () => {
    await using p = await pair();
    await using sending = publisher.create(p.settings);
    await sending.send(topic_type.worker, ask(), { headers: { traceparent, tracestate: 'a=1', mine: 'x' } });
    const [record] = await readTopic(p.world.connection, p.settings.topics.worker);
    expect(record!.headers).toEqual({ traceparent, tracestate: 'a=1', mine: 'x' });
    const spans = await spansOf([p.asking, p.answering], 2);
    const send = only(spans, 'send');
    expect(kindOf(send)).toBe('CLIENT');
    expect(send.links.map(({ context }) => context.spanId)).toEqual(['b7ad6b7169203331']);
    const handle = only(spans, 'process');
    expect(parentOf(handle)).toBe('b7ad6b7169203331');
    expect(handle.spanContext().traceState?.serialize()).toBe('a=1');
  });

  test('a reply carries the context of its own span, the state of the trace, and the run id', async () => {
    await using p = await pair();
    await p.caller.request(ask(), { headers: { traceparent, tracestate: 'a=1', 'run-id': 'r', mine: 'x' } });
    const [record] = await readTopic(p.world.connection, p.settings.topics.reply_to);
    const reply = only(await spansOf([p.answering], 2), 'reply');
    expect(record!.headers).toEqual({
      traceparent: `00-0af7651916cd43dd8448eb211c80319c-${reply.spanContext().spanId}-01`,
      tracestate: 'a=1',
      'run-id': 'r',
    });
  });
});
