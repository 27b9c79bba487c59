import { expect, inject, test } from 'vitest';
import { create_frame, payload_text, requester, text_payload, worker, worker_frame } from '../../../src/index.js';
import { startChild } from '../../support/children.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';
import { patient } from '../../support/patience.js';

const brokers = inject('brokers');

/** Asks without a pause until it must stop; every request has one outcome. */
function ask(r: requester, name: string): { stop(): Promise<void>; outcomes: string[]; wrong: string[] } {
  const outcomes: string[] = [];
  const wrong: string[] = [];
  let running = true;
  const lanes = Array.from({ length: 32 }, async (_, lane) => {
    for (let i = 0; running; i += 1) {
      const text = `${name}/${lane}/${i}`;
      const frame = worker_frame({ path: [lane, name.charCodeAt(0)], command: 'echo', payloads: [text_payload(text)] });
      await r.request(frame, { idempotent: true, timeout_ms: 20_000 }).then(
        (reply) => {
          outcomes.push('reply');
          if (payload_text(reply) !== text) wrong.push(`${text}: ${payload_text(reply)}`);
        },
        (error: unknown) => outcomes.push((error as { code: string }).code),
      );
    }
  });
  return {
    outcomes,
    wrong,
    stop: async () => {
      running = false;
      await Promise.all(lanes);
    },
  };
}

test(
  'three requesters of one group get every reply during a join, a kill and a leave',
  async () => {
    const world = await makeWorld({
      brokers,
      replyPartitions: 6,
      changes: { consumer: { session_timeout_ms: 6_000, heartbeat_interval_ms: 100 } },
    });
    await using w = worker.create(world.settings, async (frame) => {
      // Long enough that there are always requests under way when the group assigns its partitions again.
      await new Promise((resolve) => setTimeout(resolve, 30));
      return create_frame({ payloads: frame.payloads });
    });
    await using a = requester.create(world.settings);
    await using b = requester.create(world.settings);
    await Promise.all([w.connect(), a.connect(), b.connect()]);
    const shared = (sizes: readonly number[]) =>
      until(
        `they own ${sizes.join(' and ')}`,
        () => [a, b].every((r, i) => r.tracking.partitions.length === sizes[i]),
        30_000,
      );
    await shared([3, 3]);
    const [askingA, askingB] = [ask(a, 'a'), ask(b, 'b')];

    await using doomed = startChild('requester-child.ts', { settings: world.input });
    await until('the third has its own', () => doomed.said.length > 0, 30_000);
    await shared([2, 2]);
    const theirs = doomed.said[0]!['partitions'] as number[];
    expect([...a.tracking.partitions, ...b.tracking.partitions, ...theirs].toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    doomed.kill('SIGKILL');
    await shared([3, 3]);
    expect([...a.tracking.partitions, ...b.tracking.partitions].toSorted()).toEqual([0, 1, 2, 3, 4, 5]);

    await askingB.stop();
    await b.dispose();
    await until('the last owns everything', () => a.tracking.partitions.length === 6, 30_000);
    await askingA.stop();

    for (const asking of [askingA, askingB]) {
      expect(asking.outcomes.length).toBeGreaterThan(100);
      expect(asking.outcomes.filter((outcome) => outcome !== 'reply')).toEqual([]);
      expect(asking.wrong).toEqual([]);
    }
    // Those that were under way on a partition that went to the third were sent again, not left to a time-out.
    expect(a.counts.reissued).toBeGreaterThan(0);
    expect(b.counts.reissued).toBeGreaterThan(0);
    expect(a.status.in_flight).toBe(0);
  },
  patient(120_000),
);
