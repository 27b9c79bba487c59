import { expect, inject, test } from 'vitest';
import { publisher, topic_type, worker, worker_frame } from '../../../src/index.js';
import { committedOffsets } from '../../support/committed-offsets.js';
import { patient } from '../../support/patience.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';

const SESSION_MS = 6_000;

test(
  'a handler that blocks the process for longer than the session does not get its frame again and again',
  async () => {
    const world = await makeWorld({
      brokers: inject('brokers'),
      workerPartitions: 1,
      changes: { consumer: { session_timeout_ms: SESSION_MS, heartbeat_interval_ms: 500 } },
    });
    const handled: string[] = [];
    await using w = worker.create(world.settings, ({ command }) => {
      handled.push(command);
      if (command !== 'long' || handled.length > 3) return;
      for (const from = performance.now(); performance.now() - from < SESSION_MS + 2_500;);
    });
    await w.connect();
    await using pub = publisher.create(world.settings);
    for (const command of ['long', 'next']) await pub.send(topic_type.worker, worker_frame({ path: [1], command }));
    await until('both are committed', async () => (await committedOffsets(world, 'worker')).get(0) === 2, 45_000);
    expect(handled).toEqual(['long', 'next']);
    expect(w.is_connected()).toBe(true);
  },
  patient(60_000),
);
