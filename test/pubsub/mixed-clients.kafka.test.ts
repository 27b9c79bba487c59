import { expect, inject, test } from 'vitest';
import {
  create_frame,
  payload_text,
  publisher,
  requester,
  text_payload,
  topic_type,
  worker,
  worker_frame,
} from '../../src/index.js';
import type { ClientName } from '../../src/kafka/connection.js';
import { patient } from '../support/patience.js';
import { until } from '../support/until.js';
import { makeWorld, type World } from '../support/world.js';

const brokers = inject('brokers');
const PATHS = 12;
/** Requests of one path that wait at the same time. */
const AT_ONCE = 4;

const wanted = { session_timeout_ms: 6_000, heartbeat_interval_ms: 100 };
const withClient = (world: World, client: ClientName): World['settings'] =>
  world.with({ connection: { brokers, client } });

/** Asks for every path without a pause, a few requests at a time, until it must stop. */
function ask(r: requester): { stop(): Promise<void>; readonly sent: string[]; readonly answered: string[] } {
  const sent: string[] = [];
  const answered: string[] = [];
  let running = true;
  const paths = Array.from({ length: PATHS }, async (_, path) => {
    const waiting = new Set<Promise<void>>();
    for (let i = 0; running; i += 1) {
      const text = `${path}/${i}`;
      sent.push(text);
      const frame = worker_frame({ path: [path], command: 'echo', payloads: [text_payload(text)] });
      const one: Promise<void> = r.request(frame, { idempotent: true, timeout_ms: 30_000 }).then((reply) => {
        answered.push(payload_text(reply) ?? '');
        waiting.delete(one);
      });
      waiting.add(one);
      if (waiting.size === AT_ONCE) await Promise.race(waiting);
    }
    await Promise.all(waiting);
  });
  return {
    sent,
    answered,
    stop: async () => {
      running = false;
      await Promise.all(paths);
    },
  };
}

/** How often a frame was handled before one that was sent earlier on its path; frames that are handled again are left out. */
function outOfOrder(handled: readonly string[]): string[] {
  const last = new Map<string, number>();
  const seen = new Set<string>();
  return handled.filter((text) => {
    if (seen.has(text)) return false;
    seen.add(text);
    const [path = '', number] = text.split('/');
    const before = last.get(path) ?? -1;
    last.set(path, Number(number));
    return Number(number) !== before + 1;
  });
}

test(
  'a group of three moves from one client to the other and back, one member at a time, under load',
  async () => {
    const world = await makeWorld({ brokers, workerPartitions: 6, changes: { consumer: wanted } });
    const handled: string[] = [];
    const member = (client: ClientName): worker =>
      worker.create(withClient(world, client), (frame) => {
        handled.push(payload_text(frame) ?? '');
        return create_frame({ payloads: frame.payloads });
      });
    const members = [member('kafkajs'), member('kafkajs'), member('kafkajs')];
    await using _ = {
      [Symbol.asyncDispose]: async () => {
        await Promise.all(members.map((one) => one.dispose()));
      },
    };
    const shared = () =>
      until(
        'each has two partitions',
        () => members.every(({ status }) => status.state === 'ready' && status.partitions.length === 2),
        30_000,
      );
    await using r = requester.create(withClient(world, 'platformatic'));
    await Promise.all([r.connect(), ...members.map((one) => one.connect())]);
    await shared();
    const asking = ask(r);
    const more = async () => {
      const before = asking.answered.length;
      await until('more is answered', () => asking.answered.length > before + 200, 30_000);
    };
    await more();
    for (const client of ['platformatic', 'kafkajs'] as const) {
      for (let i = 0; i < members.length; i += 1) {
        await members[i]!.dispose();
        members[i] = member(client);
        await members[i]!.connect();
        await shared();
        await more();
      }
      expect(members.map(({ status }) => status.client)).toEqual([client, client, client]);
    }
    await asking.stop();
    expect(asking.answered.toSorted()).toEqual(asking.sent.toSorted());
    expect(outOfOrder(handled)).toEqual([]);
  },
  patient(180_000),
);

test('requesters of both clients share the partitions of one group, and publishers of both choose the same one for a path', async () => {
  const world = await makeWorld({ brokers, workerPartitions: 6, replyPartitions: 6, changes: { consumer: wanted } });
  const clients = ['kafkajs', 'platformatic'] as const;
  await using w = worker.create(withClient(world, 'platformatic'), (frame) =>
    create_frame({ payloads: frame.payloads }),
  );
  const [a, b] = clients.map((client) => requester.create(withClient(world, client))) as [requester, requester];
  const [one, other] = clients.map((client) => publisher.create(withClient(world, client))) as [publisher, publisher];
  await using _ = {
    [Symbol.asyncDispose]: async () => {
      await Promise.all([a, b, one, other].map((each) => each.dispose()));
    },
  };
  await Promise.all([w, a, b].map((each) => each.connect()));
  await until('each owns half', () => [a, b].every(({ tracking }) => tracking.partitions.length === 3), 30_000);
  expect([...a.tracking.partitions, ...b.tracking.partitions].toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  for (let path = 0; path < 30; path += 1) {
    const frame = () => worker_frame({ path: [path], command: 'x', payloads: [text_payload(String(path))] });
    const [first, second] = await Promise.all([one, other].map((each) => each.send(topic_type.worker, frame())));
    expect(second!.partition).toBe(first!.partition);
    const replies = await Promise.all([a, b].map((each) => each.request(frame())));
    expect(replies.map((reply) => payload_text(reply))).toEqual([String(path), String(path)]);
  }
});
