import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Deadline } from '../../src/base/deadline.js';
import { air_core_codec, create_frame, worker_frame } from '../../src/index.js';
import type { publisher } from '../../src/pubsub/publisher.js';
import { ReplySender } from '../../src/pubsub/reply-sender.js';

/** How long after the start of a handler its reply may be retried. */
async function timeOfReply(deadlineMs: number | undefined, handlerMs: number): Promise<number> {
  const deadlines: Deadline[] = [];
  const internals = { post: (_kind: unknown, _frame: unknown, deadline: Deadline) => deadlines.push(deadline) };
  const request = {
    frame: worker_frame({ path: [1] }),
    position: { topic: 't', partition: 0, offset: 0 },
    key: null,
    headers: {},
    received_at_ms: 0,
  };
  const info = {
    correlation_id: 'a',
    reply_to: { topic: 'r', partition: 0 },
    deadline_ms: deadlineMs === undefined ? undefined : Date.now() + deadlineMs,
  };
  const parts = {
    publisher: { internals } as unknown as publisher,
    codec: air_core_codec.request_reply,
    retryMs: 5_000,
    clock: { wall_ms: () => Date.now(), monotonic_ms: () => performance.now() },
  };
  const sender = new ReplySender(parts, request, info, undefined);
  const began = performance.now();
  await pause(handlerMs);
  await sender.give(create_frame({}));
  return (deadlines[0]?.endsAt ?? 0) - began;
}

test.each([
  ['until the deadline of the request', 60_000, 0, 60_000],
  ['for 2 s if the deadline has passed while the handler ran', 100, 300, 2_300],
  ['for the configured time if the request has no deadline', undefined, 300, 5_300],
] as const)('a reply is retried %s', async (_, deadlineMs, handlerMs, expectedMs) => {
  const ms = await timeOfReply(deadlineMs, handlerMs);
  expect(ms).toBeGreaterThan(expectedMs - 50);
});
