import { createServer } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { config, publisher, reply_to_subscriber, requester, worker, worker_subscriber } from '../../src/index.js';
import { refusal } from '../support/refusal.js';
import { patient } from '../support/patience.js';

let settings: config;

beforeAll(async () => {
  // A port that was just free: nothing listens there.
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  await new Promise((resolve) => server.close(resolve));
  settings = config.create({ connection: { brokers: [`127.0.0.1:${port}`] } });
  // The first connection of a process loads the client library, which takes seconds on a busy machine.
  await using first = publisher.create(settings);
  await refusal(first.connect({ fail_fast: true, timeout_ms: patient(60_000) }));
});

const classes = {
  publisher: () => publisher.create(settings),
  worker_subscriber: () => worker_subscriber.create(settings),
  reply_to_subscriber: () => reply_to_subscriber.create(settings),
  requester: () => requester.create(settings),
  worker: () => worker.create(settings, () => undefined),
};

describe.each(Object.entries(classes))('connect() of a %s to a port where nothing listens', (_, create) => {
  test('has the cause as its code when its time is over', async () => {
    await using subject = create();
    const limitMs = patient(400);
    const error = await refusal(subject.connect({ timeout_ms: limitMs }));
    expect(error).toMatchObject({ code: 'connection_refused', retryable: true });
    expect(error.raw_message).toContain(`(tried for ${limitMs} ms)`);
  });

  test('rejects at once with fail_fast, and may be tried again', async () => {
    await using subject = create();
    for (let n = 0; n < 2; n += 1) {
      const startedAt = performance.now();
      const error = await refusal(subject.connect({ fail_fast: true, timeout_ms: patient(60_000) }));
      expect(error.code).toBe('connection_refused');
      expect(performance.now() - startedAt).toBeLessThan(patient(5_000));
    }
  });

  test('with fail_fast still observes the signal of its caller', async () => {
    await using subject = create();
    const error = await refusal(subject.connect({ fail_fast: true, signal: AbortSignal.abort() }));
    expect(error.code).toBe('aborted');
  });
});
