import { describe, expect, inject, test } from 'vitest';
import { Deadline } from '../../../src/base/deadline.js';
import type { pubsub_error } from '../../../src/index.js';
import {
  create_frame,
  partition_tracking,
  payload_text,
  reply_to_subscriber,
  requester,
  text_payload,
  worker,
  worker_frame,
  type AirCoreFrame,
} from '../../../src/index.js';
import { createTopics, deleteTopics } from '../../../src/kafka/admin/create-topics.js';
import { groupsReading } from '../../support/groups-reading.js';
import { startChild } from '../../support/children.js';
import { refusal } from '../../support/refusal.js';
import { until } from '../../support/until.js';
import { makeWorld } from '../../support/world.js';
import { patient } from '../../support/patience.js';

const brokers = inject('brokers');
const ask = (text: string, path: readonly number[] = [1]): AirCoreFrame =>
  worker_frame({ path, command: 'echo', payloads: [text_payload(text)] });
const quick = { consumer: { heartbeat_interval_ms: 100 } };

describe('request', () => {
  test('gets its own reply among many concurrent requests', async () => {
    const { settings } = await makeWorld({ brokers });
    await using w = worker.create(settings, (frame) => create_frame({ payloads: frame.payloads }));
    await using r = requester.create(settings);
    await Promise.all([w.connect(), r.connect()]);
    expect(r.is_connected()).toBe(true);
    expect(w.is_connected()).toBe(true);
    const texts = Array.from({ length: 1_000 }, (_, i) => `text ${i}`);
    const replies = await Promise.all(texts.map((text, i) => r.request(ask(text, [i % 40]))));
    expect(replies.map((reply) => payload_text(reply))).toEqual(texts);
    expect(r.counts).toEqual({ requests: 1_000, replies: 1_000, late: 0, duplicate: 0, foreign: 0, reissued: 0 });
    expect(r.status.in_flight).toBe(0);
  });

  test('rejects with a typed error before connect, after dispose, over the limit, if aborted, and past its deadline', async () => {
    const { with: changed } = await makeWorld({ brokers });
    const r = requester.create(changed({ requester: { max_in_flight: 2 } }));
    expect((await refusal(r.request(ask('x')))).code).toBe('argument_invalid');
    await r.connect();
    const early = new AbortController();
    const first = refusal(r.request(ask('x'), { signal: early.signal }));
    const second = refusal(r.request(ask('x'), { timeout_ms: 100 }));
    expect((await refusal(r.request(ask('x')))).code).toBe('overloaded');
    early.abort();
    expect((await first).code).toBe('aborted');
    expect((await second).code).toBe('deadline_exceeded');
    const third = refusal(r.request(ask('x')));
    await r.dispose();
    expect((await third).code).toBe('disposed');
    expect((await refusal(r.request(ask('x')))).code).toBe('disposed');
  });

  test('refuses an invalid time-out or frame, and leaves nothing waiting', async () => {
    const { settings } = await makeWorld({ brokers });
    await using r = requester.create(settings);
    await r.connect();
    for (const timeoutMs of [Number.NaN, -5, Number.POSITIVE_INFINITY, 1e300])
      expect((await refusal(r.request(ask('x'), { timeout_ms: timeoutMs }))).code).toBe('argument_invalid');
    // Its reply would not be recognized.
    expect((await refusal(r.request(ask('x'), { correlation_id: 7 as never }))).code).toBe('argument_invalid');
    for (const headers of [null, new Map([['a', 'b']]), [], { a: 5 }])
      expect((await refusal(r.request(ask('x'), { headers: headers as never }))).code).toBe('argument_invalid');
    expect((await refusal(r.request(null as unknown as AirCoreFrame))).code).toBe('frame_invalid');
    expect((await refusal(r.request(create_frame({ command: 'no path' })))).code).toBe('frame_invalid');
    expect(r.status.in_flight).toBe(0);
  });

  test('counts a late reply, and does not throw', async () => {
    const { settings } = await makeWorld({ brokers });
    await using w = worker.create(settings, async (frame) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return create_frame({ payloads: frame.payloads });
    });
    await using r = requester.create(settings);
    await Promise.all([w.connect(), r.connect()]);
    const error = await refusal(r.request(ask('x'), { timeout_ms: 200 }));
    expect(error.code).toBe('deadline_exceeded');
    await until('the late reply came', () => r.counts.late === 1);
    expect(r.counts).toMatchObject({ requests: 1, replies: 0, late: 1, duplicate: 0, foreign: 0 });
  });
});

describe('connect', () => {
  test(
    'that was aborted at any moment can be called again immediately',
    async () => {
      const { settings } = await makeWorld({ brokers });
      await using w = worker.create(settings, (frame) => create_frame({ payloads: frame.payloads }));
      await w.connect();
      for (const ms of [0, 5, 20, 60, 150]) {
        await using r = requester.create(settings);
        const early = new AbortController();
        setTimeout(() => early.abort(), ms);
        // On a fast machine it may have connected by then.
        await r
          .connect({ signal: early.signal })
          .catch((error: unknown) => expect(error).toMatchObject({ code: 'aborted' }));
        await r.connect({ timeout_ms: 15_000 });
        expect(payload_text(await r.request(ask('x')))).toBe('x');
      }
    },
    patient(60_000),
  );

  test('ends with `disposed` if the requester is disposed in the meantime', async () => {
    const { settings } = await makeWorld({ brokers });
    const r = requester.create(settings);
    const connecting = refusal(r.connect());
    await r.dispose();
    expect((await connecting).code).toBe('disposed');
  });
});

describe('a connect that fails', () => {
  test('does not end another one of the same object that still waits', async () => {
    const { settings } = await makeWorld({ brokers });
    await using w = worker.create(settings, (frame) => create_frame({ payloads: frame.payloads }));
    await using r = requester.create(settings);
    const patientOnes = [w.connect(), r.connect()];
    const others = await Promise.all([w, r].map((one) => refusal(one.connect({ timeout_ms: 1 }))));
    expect(others.map(({ code }) => code)).toEqual(['deadline_exceeded', 'deadline_exceeded']);
    await Promise.all(patientOnes);
    expect([w.is_connected(), r.is_connected()]).toEqual([true, true]);
    expect(payload_text(await r.request(ask('both')))).toBe('both');
  });

  test('leaves no member in the group that would block its partitions', async () => {
    const { settings, with: changed, connection } = await makeWorld({ brokers });
    const topics = { worker: 'no-such-topic' };
    await using half = requester.create(changed({ topics }));
    expect((await refusal(half.connect())).code).toBe('topic_unknown');
    expect(half.status.state).toBe('idle');
    const readers = () =>
      groupsReading(connection, [settings.topics.worker, settings.topics.reply_to], new Deadline(5_000));
    expect(await readers()).toEqual([]);
    await using other = worker.create(changed({ topics: { reply_to: 'no-such-topic' } }), () => undefined);
    expect((await refusal(other.connect())).code).toBe('topic_unknown');
    expect(await readers()).toEqual([]);
  });
});

describe('several requesters in one group', () => {
  test('each get their own partitions during joins and leaves, and one without partitions says so and gets some later', async () => {
    const { settings } = await makeWorld({ brokers, replyPartitions: 2, changes: quick });
    const members = [0, 1, 2].map(() => requester.create(settings));
    const [a, b, c] = members as [requester, requester, requester];
    await using w = worker.create(settings, (frame) => create_frame({ payloads: frame.payloads }));
    await Promise.all([w.connect(), a.connect()]);
    expect(a.tracking.partitions).toEqual([0, 1]);
    await b.connect();
    await until('they share', () => a.tracking.partitions.length === 1 && b.tracking.partitions.length === 1);
    expect([...a.tracking.partitions, ...b.tracking.partitions].sort()).toEqual([0, 1]);
    await Promise.all([a, b].map(async (r) => expect(payload_text(await r.request(ask('x')))).toBe('x')));

    await c.connect();
    const owners = (): requester[] => members.filter((r) => r.tracking.partitions.length === 1);
    await until(
      'the group is stable',
      () => owners().length === 2 && owners().every((r) => r.status.state === 'ready'),
    );
    const without = members.find((r) => r.tracking.partitions.length === 0)!;
    await until('its states say so', () => without.status.last_error?.code === 'no_partition');
    expect(without.status.state).not.toBe('ready');
    expect(without.is_connected()).toBe(false);
    expect(without.health().problems.join()).toContain('owns no partition');
    const error = await refusal(without.request(ask('x')));
    expect(error.code).toBe('no_partition');
    expect(error.hint).toContain('more members than partitions');

    const leaver = members.find((r) => r !== without)!;
    await leaver.dispose();
    await until('the one without has one now', () => without.tracking.partitions.length === 1);
    expect(payload_text(await without.request(ask('y')))).toBe('y');
    expect([without.status.state, without.is_connected(), without.health().problems]).toEqual(['ready', true, []]);
    await Promise.all(members.map((r) => r.dispose()));
  });

  test('move only the necessary partitions at a join', async () => {
    const { settings } = await makeWorld({ brokers, replyPartitions: 6, changes: quick });
    await using a = requester.create(settings);
    await using b = requester.create(settings);
    await using c = requester.create(settings);
    await a.connect();
    await b.connect();
    await until('two share', () => a.tracking.partitions.length === 3 && b.tracking.partitions.length === 3);
    const before = [a.tracking.partitions, b.tracking.partitions];
    await c.connect();
    await until('three share', () => [a, b, c].every((r) => r.tracking.partitions.length === 2));
    [a, b].forEach((r, i) => expect(before[i]).toEqual(expect.arrayContaining([...r.tracking.partitions])));
  });

  test('send idempotent requests on a lost partition again, and reject the others with a typed error', async () => {
    const { settings } = await makeWorld({ brokers, replyPartitions: 6, changes: quick });
    const gate: (() => void)[] = [];
    await using w = worker.create(settings, async (frame) => {
      if (payload_text(frame) !== 'warm') await new Promise<void>((resolve) => gate.push(resolve));
      return create_frame({ payloads: frame.payloads });
    });
    await using a = requester.create(settings);
    await using b = requester.create(settings);
    await Promise.all([w.connect(), a.connect()]);
    await a.request(ask('warm'));
    const plain = Array.from({ length: 12 }, (_, i) =>
      a.request(ask('plain', [i])).then(
        () => 'reply',
        (e: unknown) => (e as pubsub_error).code,
      ),
    );
    const idempotent = Array.from({ length: 12 }, (_, i) =>
      a.request(ask('again', [100 + i]), { idempotent: true }).then(
        () => 'reply',
        (e: unknown) => (e as pubsub_error).code,
      ),
    );
    await until('all are being handled', () => gate.length === 24);
    await b.connect();
    await until('half went', () => a.tracking.partitions.length === 3);
    // Those sent again come to the worker behind the first ones of their paths.
    const open = setInterval(() => gate.splice(0).forEach((go) => go()), 10);
    const outcomes = await Promise.all([...plain, ...idempotent]);
    clearInterval(open);
    expect(outcomes.slice(0, 12).filter((outcome) => outcome === 'partition_lost')).toHaveLength(6);
    expect(outcomes.slice(0, 12).filter((outcome) => outcome === 'reply')).toHaveLength(6);
    expect(outcomes.slice(12)).toEqual(Array(12).fill('reply'));
    expect(a.counts.reissued).toBe(6);
  });

  test(
    'say that the reply partition does not exist any more if the topic comes back with fewer',
    async () => {
      const { settings, connection } = await makeWorld({ brokers, replyPartitions: 3, changes: quick });
      const gate: (() => void)[] = [];
      await using w = worker.create(settings, async (frame) => {
        await new Promise<void>((resolve) => gate.push(resolve));
        return create_frame({ payloads: frame.payloads });
      });
      await using r = requester.create(settings);
      await Promise.all([w.connect(), r.connect()]);
      const outcomes = [0, 1, 2].map((i) => refusal(r.request(ask('x', [i]), { timeout_ms: 25_000 })));
      await until('all are being handled', () => gate.length === 3);
      const topic = settings.topics.reply_to;
      await deleteTopics(connection, [topic], new Deadline(10_000));
      await createTopics(
        connection,
        [{ topic, partitions: 1, replicationFactor: 1, configs: {} }],
        new Deadline(10_000),
      );
      const first = await Promise.race(outcomes);
      expect(first.code).toBe('partition_lost');
      expect(first.raw_message).toMatch(/^reply partition [12] does not exist any more: topic \S+ was created again/);
      expect(first.raw_message).toContain(topic);
      expect(first.hint).not.toContain('REPLY_MODE');
      for (const go of gate) go();
      await r.dispose();
      await Promise.allSettled(outcomes);
    },
    patient(60_000),
  );

  test(
    'take over the partitions of a member that is killed',
    async () => {
      const { settings, input } = await makeWorld({
        brokers,
        replyPartitions: 4,
        changes: { consumer: { session_timeout_ms: 6_000, heartbeat_interval_ms: 200 } },
      });
      await using a = reply_to_subscriber.create(settings);
      await a.connect();
      const tracking = partition_tracking.create(a);
      await using doomed = startChild('requester-child.ts', { settings: input });
      await until('they share', () => tracking.partitions.length === 2, 20_000);
      await until('the other one has its own', () => doomed.said.length > 0);
      expect([...tracking.partitions, ...(doomed.said[0]!['partitions'] as number[])].sort()).toEqual([0, 1, 2, 3]);
      doomed.kill('SIGKILL');
      await until('all are ours again', () => tracking.partitions.length === 4, 20_000);
    },
    patient(60_000),
  );
});

describe('partition_tracking', () => {
  test('created before connect waits, then returns partitions in numeric order, and rejects when the subscriber is disposed', async () => {
    const { settings } = await makeWorld({ brokers, replyPartitions: 12 });
    const sub = reply_to_subscriber.create(settings);
    const tracking = partition_tracking.create(sub);
    const waiting = tracking.get_next_partition();
    expect((await refusal(tracking.get_next_partition({ timeout_ms: 50 }))).code).toBe('deadline_exceeded');
    expect((await refusal(tracking.get_next_partition({ signal: AbortSignal.timeout(10) }))).code).toBe('aborted');
    await sub.connect();
    const turns = [await waiting];
    for (let i = 1; i < 24; i += 1) turns.push(await tracking.get_next_partition());
    const start = turns[0]!;
    expect(turns).toEqual(Array.from({ length: 24 }, (_, i) => (start + i) % 12));
    expect(tracking.generation).toBe(1);
    await sub.dispose();
    expect((await refusal(tracking.get_next_partition())).code).toBe('disposed');
  });
});
