import { describe, expect, inject, test } from 'vitest';
import {
  payload_text,
  publisher,
  text_payload,
  topic_type,
  worker_frame,
  worker_subscriber,
} from '../../../src/index.js';
import { committedOffsets } from '../../support/committed-offsets.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';

const brokers = inject('brokers');
const frame = (text: string, path = 1) => worker_frame({ path: [path], command: 'x', payloads: [text_payload(text)] });

describe('where a group without commits begins', () => {
  test('earliest: at the first record', async () => {
    const { settings } = await makeWorld({ brokers });
    await using pub = publisher.create(settings);
    await pub.send(topic_type.worker, frame('old'));
    await using sub = worker_subscriber.create(settings);
    await sub.connect();
    await pub.send(topic_type.worker, frame('new'));
    expect(payload_text(await sub.frames.get())).toBe('old');
    expect(payload_text(await sub.frames.get())).toBe('new');
  });

  test('latest: after earlier records, committed before connect() resolves, so that no other member skips more', async () => {
    const world = await makeWorld({ brokers, workerPartitions: 3, changes: { worker: { start: 'latest' } } });
    await using pub = publisher.create(world.settings);
    const old = await pub.send(topic_type.worker, frame('old'));
    const first = worker_subscriber.create(world.settings);
    await first.connect();
    const committed = await committedOffsets(world, 'worker');
    expect(committed.get(old.partition)).toBe(1);
    expect([...committed.values()].every((offset) => offset >= 0)).toBe(true);
    // It leaves without having taken this one: the next member has to see it.
    await pub.send(topic_type.worker, frame('new'));
    await first.dispose();
    await using second = worker_subscriber.create(world.settings);
    await second.connect();
    expect(payload_text(await second.frames.get())).toBe('new');
  });

  test('from: at the given offsets, which are committed too', async () => {
    const world = await makeWorld({ brokers, workerPartitions: 1 });
    await using pub = publisher.create(world.settings);
    for (const text of ['a', 'b', 'c']) await pub.send(topic_type.worker, frame(text));
    const from = new Map([[0, 1]]);
    const first = worker_subscriber.create(world.settings, { from });
    await first.connect();
    expect(payload_text(await first.frames.get())).toBe('b');
    await first.dispose();
    expect((await committedOffsets(world, 'worker')).get(0)).toBe(1);
  });
});

test('a lag that does not fit in memory delays neither connect() nor a rebalance', async () => {
  const world = await makeWorld({
    brokers,
    changes: { consumer: { queue_max_frames: 1, heartbeat_interval_ms: 100 } },
  });
  await using pub = publisher.create(world.settings);
  const paths = Array.from({ length: 60 }, (_, path) => path);
  await Promise.all(paths.map((path) => pub.send(topic_type.worker, frame(`${path}`, path))));
  await using first = worker_subscriber.create(world.settings);
  await first.connect({ timeout_ms: 15_000 });
  // Nothing was read so far: the queue is full, and what else was fetched waits behind it.
  const second = worker_subscriber.create(world.settings);
  await second.connect({ timeout_ms: 15_000 });
  await second.dispose();
  await until('the first one has all partitions again', () => first.status.partitions.length === 6);
  await until('it is ready', () => first.is_connected());
  const seen = new Set<string>();
  while (seen.size < paths.length) seen.add(payload_text(await first.frames.get(AbortSignal.timeout(10_000))) ?? '');
});

describe('acknowledgement', () => {
  test('taking the next frame acknowledges the last; break, throw and disposal do not', async () => {
    const world = await makeWorld({ brokers, workerPartitions: 1, changes: { worker: { commit_interval_ms: 10 } } });
    await using pub = publisher.create(world.settings);
    for (const text of ['a', 'b', 'c', 'd', 'e']) await pub.send(topic_type.worker, frame(text));
    const seen: string[] = [];
    const read = async (stopAt: string, how: 'break' | 'throw'): Promise<void> => {
      const sub = worker_subscriber.create(world.settings);
      await sub.connect();
      try {
        for await (const got of sub.frames) {
          seen.push(payload_text(got) ?? '');
          if (seen.at(-1) !== stopAt) continue;
          if (how === 'throw') throw new Error('reader broke');
          break;
        }
      } catch {
        // The reader's own error.
      }
      await sub.dispose();
    };
    await read('b', 'break');
    expect((await committedOffsets(world, 'worker')).get(0)).toBe(1);
    await read('c', 'throw');
    expect((await committedOffsets(world, 'worker')).get(0)).toBe(2);
    expect(seen).toEqual(['a', 'b', 'b', 'c']);
    await using sub = worker_subscriber.create(world.settings);
    await sub.connect();
    expect(payload_text(await sub.frames.get())).toBe('c');
    expect(payload_text(await sub.frames.get())).toBe('d');
    await until('c is committed', async () => (await committedOffsets(world, 'worker')).get(0) === 3);
  });

  test('deliveries may be acknowledged in any order, and the commit ends before the first unacknowledged one', async () => {
    const world = await makeWorld({ brokers, workerPartitions: 1, changes: { worker: { commit_interval_ms: 10 } } });
    await using pub = publisher.create(world.settings);
    await using sub = worker_subscriber.create(world.settings);
    await sub.connect();
    for (const text of ['a', 'b', 'c']) await pub.send(topic_type.worker, frame(text));
    const [a, b, c] = [await sub.deliveries.get(), await sub.deliveries.get(), await sub.deliveries.get()];
    expect([a, b, c].map(({ position }) => position.offset)).toEqual([0, 1, 2]);
    c.acknowledge();
    a.acknowledge();
    a.acknowledge();
    await until('the first is committed', async () => (await committedOffsets(world, 'worker')).get(0) === 1);
    b.acknowledge();
    await until('all are', async () => (await committedOffsets(world, 'worker')).get(0) === 3);
  });
});
