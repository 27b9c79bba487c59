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

/** A worker whose handler of `slow` ends only with its signal, or with this. */
async function slowly(abortAtDeadline: boolean) {
  const world = await makeWorld({ brokers, changes: { worker: { abort_at_deadline: abortAtDeadline } } });
  let reason: unknown;
  let letGo: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (letGo = resolve));
  const answering = worker.create(world.settings, async (frame, { signal }) => {
    if (payload_text(frame) === 'slow') {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
        letGo();
      });
      await gone;
    }
    return create_frame({ payloads: frame.payloads });
  });
  const asking = requester.create(world.settings);
  await Promise.all([answering.connect(), asking.connect()]);
  return {
    answering,
    asking,
    reason: () => reason,
    letGo,
    async [Symbol.asyncDispose]() {
      letGo();
      await Promise.all([asking.dispose(), answering.dispose()]);
    },
  };
}

test('the deadline of a request aborts its handler, and the request behind it goes on', async () => {
  await using both = await slowly(true);
  const slow = refusal(both.asking.request(ask('slow'), { timeout_ms: 600 }));
  const next = both.asking.request(ask('next'), { timeout_ms: 8_000 });
  expect((await slow).code).toBe('deadline_exceeded');
  expect(payload_text(await next)).toBe('next');
  expect(both.reason()).toMatchObject({ message: 'the deadline of the request passed while its handler ran' });
  await until('both are counted', () => both.answering.counts.handled === 1);
  expect(both.answering.counts).toMatchObject({ timed_out: 1 });
});

test('with abort_at_deadline false, it has its whole time, and its path waits', async () => {
  await using both = await slowly(false);
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
