import { expect, inject, test } from 'vitest';
import {
  create_frame,
  payload_text,
  requester,
  text_payload,
  worker,
  worker_frame,
  type trace_span,
  type tracing,
} from '../../src/index.js';
import { readTopic } from '../support/read-topic.js';
import { until } from '../support/until.js';
import { makeWorld } from '../support/world.js';

const fail = (): never => {
  throw new Error('the tracing is broken');
};
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const broken: trace_span = { headers: fail, run: fail, end: fail };

test.each<[string, tracing]>([
  ['begins no span', { current_traceparent: fail, start_span: fail }],
  ['begins spans that fail in every way', { current_traceparent: fail, start_span: () => broken }],
  ['returns something else', { current_traceparent: fail, start_span: () => ({}) as trace_span }],
])('a tracing port that %s changes no frame', async (_, port) => {
  const world = await makeWorld({
    brokers: inject('brokers'),
    changes: { worker: { retry_attempts: 2, retry_backoff_ms: 10 } },
  });
  const settings = world.with({}, { tracing: port });
  await using served = worker.create(settings, async function* (frame, { attempt }) {
    if (attempt === 1) throw new Error('once');
    yield create_frame({ payloads: [text_payload('first')] });
    yield create_frame({ payloads: frame.payloads });
  });
  await using caller = requester.create(settings);
  await Promise.all([served.connect(), caller.connect()]);
  const texts: (string | undefined)[] = [];
  const asked = worker_frame({ path: 1, payloads: [text_payload('last')] });
  for await (const reply of caller.request_many(asked, { headers: { traceparent, 'run-id': 'r' } }))
    texts.push(payload_text(reply));
  expect(texts).toEqual(['first', 'last']);
  await until('it is counted', () => served.counts.handled === 1);
  expect(served.counts).toMatchObject({ handled: 1, retries: 1, replies: 2 });
  expect(caller.counts).toMatchObject({ requests: 1, replies: 2, duplicate: 0 });
  for (const { headers } of await readTopic(world.connection, settings.topics.reply_to))
    expect(headers).toEqual({ traceparent, 'run-id': 'r' });
});
