import { expect, inject, test } from 'vitest';
import {
  create_frame,
  payload_text,
  requester,
  text_payload,
  worker,
  worker_frame,
  type AirCoreFrame,
} from '../../src/index.js';
import { refusal } from '../support/refusal.js';
import { until } from '../support/until.js';
import { makeWorld } from '../support/world.js';

const brokers = inject('brokers');
const ask = (text: string): AirCoreFrame => worker_frame({ path: 'p', payloads: [text_payload(text)] });

/** A worker whose handler of `slow` ends only with this, or, if it heeds its signal, with that. */
async function slowly({ abortAtDeadline = true, heeds = true } = {}) {
  const world = await makeWorld({ brokers, changes: { worker: { abort_at_deadline: abortAtDeadline } } });
  let reason: unknown;
  let running = 0;
  let mostRunning = 0;
  let letGo: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const answering = worker.create(world.settings, async (frame, { signal }) => {
    running += 1;
    mostRunning = Math.max(mostRunning, running);
    if (payload_text(frame) === 'slow') {
      await new Promise<void>((resolve, reject) => {
        gone.then(resolve, reject);
        signal.addEventListener('abort', () => {
          reason = signal.reason;
          if (heeds) reject(signal.reason as Error);
        });
      }).finally(() => (running -= 1));
    } else running -= 1;
    return create_frame({ payloads: frame.payloads });
  });
  const asking = requester.create(world.settings);
  await Promise.all([answering.connect(), asking.connect()]);
  return {
    answering,
    asking,
    reason: () => reason,
    mostRunning: () => mostRunning,
    letGo,
    async [Symbol.asyncDispose]() {
      letGo();
      await Promise.all([asking.dispose(), answering.dispose()]);
    },
  };
}

test('the deadline of a request aborts the signal of its handler, and the request behind it continues', async () => {
  await using both = await slowly();
  const slow = refusal(both.asking.request(ask('slow'), { timeout_ms: 600 }));
  const next = both.asking.request(ask('next'), { timeout_ms: 8_000 });
  expect((await slow).code).toBe('deadline_exceeded');
  expect(payload_text(await next)).toBe('next');
  expect(both.reason()).toMatchObject({ message: 'the deadline of the request passed while its handler ran' });
  await until('both are counted', () => both.answering.counts.handled === 1);
  expect(both.answering.counts).toMatchObject({ timed_out: 1 });
});

test('the path of a handler that ignores its signal waits until it has ended: handlers of one path do not overlap', async () => {
  await using both = await slowly({ heeds: false });
  const slow = refusal(both.asking.request(ask('slow'), { timeout_ms: 600 }));
  const next = both.asking.request(ask('next'), { timeout_ms: 20_000 });
  expect((await slow).code).toBe('deadline_exceeded');
  await until('the signal is aborted', () => both.reason() !== undefined);
  expect(both.answering.status.in_progress).toBe(1);
  both.letGo();
  expect(payload_text(await next)).toBe('next');
  expect(both.mostRunning()).toBe(1);
  await until('both are counted', () => both.answering.counts.handled === 2);
  await until('the late reply is counted', () => both.asking.counts.late === 1);
});

test('with abort_at_deadline false, the deadline does not abort the signal', async () => {
  await using both = await slowly({ abortAtDeadline: false });
  const slow = refusal(both.asking.request(ask('slow'), { timeout_ms: 600 }));
  const next = both.asking.request(ask('next'), { timeout_ms: 20_000 });
  expect((await slow).code).toBe('deadline_exceeded');
  expect(both.answering.status.in_progress).toBe(1);
  expect(both.reason()).toBeUndefined();
  both.letGo();
  expect(payload_text(await next)).toBe('next');
  await until('both are counted', () => both.answering.counts.handled === 2);
  await until('the late reply is counted', () => both.asking.counts.late === 1);
});

test('a handler whose own request stops at the signal has timed out, and has not failed', async () => {
  const [world, other] = [await makeWorld({ brokers }), await makeWorld({ brokers })];
  const kinds: string[] = [];
  // Nobody answers there.
  await using inner = requester.create(other.settings);
  await using answering = worker.create(
    world.settings,
    (frame, { signal }) => inner.request(frame, { signal, timeout_ms: 30_000 }),
    { on_handled: ({ kind }) => void kinds.push(kind) },
  );
  await using asking = requester.create(world.settings);
  await Promise.all([inner.connect(), answering.connect(), asking.connect()]);
  expect((await refusal(asking.request(ask('slow'), { timeout_ms: 600 }))).code).toBe('deadline_exceeded');
  await until('it is counted', () => kinds.length === 1);
  expect(kinds).toEqual(['timed_out']);
  expect(answering.counts).toMatchObject({ timed_out: 1, failed: 0 });
});
