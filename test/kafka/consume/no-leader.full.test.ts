import { expect, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import { positions as readPositions } from '../../../lambda/publishing/positions.js';
import { topics } from '../../../sanity/checks/topics.js';
import { startEmbedded } from '../../../local/kafka/index.js';
import { create_frame, publisher, topic_type, worker, worker_frame } from '../../../src/index.js';
import { committedOffsets } from '../../support/committed-offsets.js';
import { patient } from '../../support/patience.js';
import { refusal } from '../../support/refusal.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';

test(
  'a partition whose only broker is down is named: by a member, by one that cannot join completely, and by a send',
  { timeout: patient(120_000) },
  async () => {
    await using kafka = await startEmbedded({ nodes: 2, properties: { 'offsets.topic.replication.factor': '2' } });
    const world = await makeWorld({ brokers: kafka.brokers, workerPartitions: 2, replicationFactor: 1 });
    const handled = new Set<string>();
    const made = () =>
      worker.create(world.settings, ({ command }) => {
        handled.add(command);
        return create_frame({});
      });
    await using running = made();
    await using pub = publisher.create(world.settings);
    await Promise.all([running.connect(), pub.connect()]);
    const send = (path: number, timeoutMs = 10_000) =>
      pub.send(topic_type.worker, worker_frame({ path: [path], command: String(path) }), { timeout_ms: timeoutMs });
    const positions = await Promise.all(Array.from({ length: 16 }, (_, path) => send(path)));
    await until('all are committed', async () => {
      const committed = await committedOffsets(world, 'worker');
      return (committed.get(0) ?? 0) + (committed.get(1) ?? 0) === 16;
    });

    await kafka.stopNode(2);
    const sentence = /^partition [01] is not read: it has no leader$/;
    await until('the member says so', () => sentence.test(running.status.last_error?.raw_message ?? ''), 30_000);
    // The sanity run names the partition, too, instead of blaming the connection.
    const found = await readPositions(world.settings, new Deadline(patient(10_000)));
    expect(topics.judge({ outcome: { positions: { result: found, ms: 0 } } } as never)).toMatchObject({
      outcome: 'fail',
      evidence: expect.stringMatching(/^without a leader: worker-\w+\/[01]/) as string,
    });
    const problem = running.health().problems.find((one) => sentence.test(one));
    expect(problem).toBeDefined();
    expect(running.status.last_error?.hint).toContain('start one');
    const gone = Number(problem?.match(/\d/)?.[0]);
    // The other partition is still read.
    handled.clear();
    await send(positions.findIndex(({ partition }) => partition !== gone));
    await until('it is handled', () => handled.size === 1, 30_000);
    const failed = await refusal(
      send(
        positions.findIndex(({ partition }) => partition === gone),
        2_000,
      ),
    );
    expect(failed.raw_message).toMatch(/: partition [01] of topic worker-\w+ has no leader$/);
    // The only member now, so that it gets both partitions.
    await running.dispose();
    await using late = made();
    expect((await refusal(late.connect({ timeout_ms: patient(8_000) }))).raw_message).toMatch(/it has no leader/);

    await kafka.startNode(2);
    await late.connect();
    expect(late.health().problems).toEqual([]);
  },
);
