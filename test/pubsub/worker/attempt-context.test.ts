import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { expect, test } from 'vitest';
import { AttemptContext } from '../../../src/pubsub/worker/attempt-context.js';
import { HandlerLimit } from '../../../src/pubsub/worker/handler-limit.js';

const request = {
  frame: {},
  position: { topic: 'worker', partition: 3, offset: 7 },
  key: null,
  headers: { h: 'v' },
  received_at_ms: 0,
};
const info = { correlation_id: 'id', deadline_ms: 5, path: [7n], reply_to: undefined };

async function contextOf(limit: HandlerLimit): Promise<AttemptContext> {
  let context: AttemptContext | undefined;
  await limit.run((run) => {
    context = new AttemptContext(request, info, 2, run);
    return Promise.resolve();
  });
  return context!;
}

// A hidden class per frame cost 3 µs, and kept 1 kB of each frame alive until the next full garbage collection.
test('the contexts of all frames have one hidden class', async () => {
  setFlagsFromString('--allow-natives-syntax');
  const haveSameClass = runInThisContext('((one, other) => %HaveSameMap(one, other))') as (
    ...objects: object[]
  ) => boolean;
  // The function is compiled at its first call.
  expect(haveSameClass({ a: 1 }, { b: 1 })).toBe(false);
  setFlagsFromString('--no-allow-natives-syntax');
  const limit = new HandlerLimit(1_000);
  expect(haveSameClass(await contextOf(limit), await contextOf(limit))).toBe(true);
});

test('a context has the fields of its request, and the signal of its run', async () => {
  const limit = new HandlerLimit(1_000);
  const context = await contextOf(limit);
  const { position, headers } = request;
  expect(context).toEqual({
    position,
    headers,
    correlation_id: 'id',
    deadline_ms: 5,
    path: [7n],
    attempt: 2,
  });
  expect(context.signal.aborted).toBe(false);
  const ended = limit.run((run) => {
    const { signal } = new AttemptContext(request, info, 1, run);
    return new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  });
  limit.cutOff();
  await expect(ended).rejects.toThrow('the worker is being disposed');
});
