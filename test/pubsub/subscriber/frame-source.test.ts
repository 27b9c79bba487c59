import { expect, test } from 'vitest';
import { silentLogger, silentMetrics, systemClock } from '../../../src/base/ports.js';
import { air_core_codec, worker_frame } from '../../../src/index.js';
import { FrameSource } from '../../../src/pubsub/subscriber/frame-source.js';

test('reading waits while many invalid records are being reported, and continues with each report that ends', async () => {
  const ends: (() => void)[] = [];
  const done: number[] = [];
  const source = new FrameSource(
    {
      codec: air_core_codec,
      maxFrames: 10_000,
      maxBytes: 1_000_000,
      maxFrameBytes: 1_000,
      keepValues: false,
      accept: undefined,
      onBadRecord: () => new Promise<void>((resolve) => ends.push(resolve)),
      logger: silentLogger,
      metrics: silentMetrics,
      clock: systemClock,
    },
    {
      register: () => undefined,
      mayStart: () => 'yes',
      started: () => undefined,
      done: (_, offset) => done.push(offset),
      passed: () => undefined,
    },
  );
  const deliver = (offset: number, value: Buffer | null): void =>
    source.deliver({ topic: 't', partition: 0, offset, key: null, value, headers: {} });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  deliver(0, Buffer.from(air_core_codec.encode(worker_frame({ path: [1], command: 'valid' }))));
  let offset = 1;
  for (; source.hasRoom(); offset += 1) deliver(offset, null);
  expect(offset).toBe(501);
  // Taking a frame may find another invalid one.
  expect(source.tryNext()).toBeUndefined();
  let hasRoom = false;
  const waiting = source.room().then(() => (hasRoom = true));
  await settle();
  expect([ends.length, hasRoom]).toEqual([500, false]);
  ends[3]?.();
  await waiting;
  expect([done, source.hasRoom(), source.tryNext()?.frame.command]).toEqual([[4], true, 'valid']);
});
