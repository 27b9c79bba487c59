import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startEmbedded, type EmbeddedKafka } from '../../local/kafka/index.js';
import {
  air_core_codec,
  create_frame,
  payload_text,
  publisher,
  requester,
  text_payload,
  topic_type,
  worker,
  worker_frame,
  type state_change,
} from '../../src/index.js';
import { replyFrame } from '../support/frames.js';
import { isRequest, startProxy, type TestProxy } from '../support/proxy.js';
import { produceRaw } from '../support/produce-raw.js';
import { readTopic } from '../support/read-topic.js';
import { until } from '../support/until.js';
import { makeWorld, type World } from '../support/world.js';
import { patient } from '../support/patience.js';

const PRODUCE = 0;
const FETCH = 1;
const JOIN_GROUP = 11;
const SYNC_GROUP = 14;
const DESCRIBE_GROUPS = 15;
let kafka: EmbeddedKafka;
let proxy: TestProxy;
let direct: World;
let world: { settings: World['settings'] };

beforeAll(async () => {
  proxy = await startProxy();
  kafka = await startEmbedded({
    properties: { 'group.min.session.timeout.ms': '1000' },
    listeners: [{ name: 'PROXIED', protocol: 'PLAINTEXT', advertised: [`127.0.0.1:${proxy.port}`] }],
  });
  proxy.target = kafka.brokersOf('PROXIED')[0]!;
});
afterAll(async () => {
  await kafka[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
});
beforeEach(async () => {
  proxy.loseAnswers(0);
  proxy.onAnswer = () => undefined;
  direct = await makeWorld({ brokers: kafka.brokers });
  world = {
    settings: direct.with({
      connection: {
        brokers: [`127.0.0.1:${proxy.port}`],
        broker_request_timeout_ms: 1_000,
        connection_timeout_ms: 1_000,
      },
      consumer: { heartbeat_interval_ms: 200, session_timeout_ms: 6_000 },
    }),
  };
});

describe('a produce request whose response is lost', () => {
  test('keeps the order, and every send resolves with the position of its frame, even if it was written twice', async () => {
    await using pub = publisher.create(world.settings);
    await pub.send(topic_type.reply_to, replyFrame(0, 'warm'));
    proxy.loseAnswers(3, isRequest(PRODUCE));
    const sent: Promise<{ partition: number; offset: number }>[] = [];
    for (let i = 0; i < 400; i += 1) {
      sent.push(pub.send(topic_type.reply_to, replyFrame(i % 3, String(i)), { timeout_ms: 20_000 }));
      if (i % 40 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const positions = await Promise.all(sent);
    const records = await readTopic(direct.connection, direct.settings.topics.reply_to);
    const texts = records.map(({ value }) => air_core_codec.correlation_id(air_core_codec.decode(value!)));
    const at = new Map(records.map(({ partition, offset }, i) => [`${partition}/${offset}`, texts[i]]));
    positions.forEach(({ partition, offset }, i) => expect(at.get(`${partition}/${offset}`)).toBe(String(i)));
    for (const partition of [0, 1, 2]) {
      const firsts = [...new Set(texts.filter((_, i) => records[i]!.partition === partition && texts[i] !== 'warm'))];
      expect(firsts.map(Number)).toEqual(firsts.map(Number).sort((a, b) => a - b));
    }
    expect(records.length).toBeGreaterThan(401);
  });
});

describe.each([
  ['join', 'joinGroup', JOIN_GROUP],
  ['sync', 'syncGroup', SYNC_GROUP],
])('a %s that is not answered', (_name, api, key) => {
  test(
    'is abandoned shortly after the rebalance time-out, even if other requests may take longer',
    { timeout: patient(60_000) },
    async () => {
      const errors: unknown[] = [];
      const nothing = (): void => undefined;
      const warn = (_line: string, fields?: Record<string, unknown>): void => void errors.push(fields?.['error']);
      const settings = direct.with(
        {
          connection: { brokers: [`127.0.0.1:${proxy.port}`], broker_request_timeout_ms: 15_000 },
          consumer: { heartbeat_interval_ms: 200, session_timeout_ms: 1_000, rebalance_timeout_ms: 1_000 },
        },
        { logger: { debug: nothing, info: nothing, error: nothing, warn } },
      );
      let hung = 0;
      proxy.hangOn(2, (bytes) => {
        // The group cannot be asked for its state either: only the time limit is left.
        const hangs = (hung === 0 && isRequest(key)(bytes)) || (hung === 1 && isRequest(DESCRIBE_GROUPS)(bytes));
        if (hangs) hung += 1;
        return hangs;
      });
      await using w = worker.create(settings, () => create_frame({}));
      await w.connect({ timeout_ms: patient(30_000) });
      expect(errors.filter((error) => String(error).includes(`no answer to ${api} within 6000 ms`))).toHaveLength(1);
    },
  );

  test.each([
    ['request', (wanted: (bytes: Buffer) => boolean) => proxy.hangOn(1, wanted)],
    ['response', (wanted: (bytes: Buffer) => boolean) => proxy.muteAnswers(1, wanted)],
  ])(
    'is given up as soon as the group can have answered it, if only its %s is lost',
    { timeout: patient(60_000) },
    async (_what, lose) => {
      const warnings: string[] = [];
      const nothing = (): void => undefined;
      const warn = (line: string, fields?: Record<string, unknown>): void =>
        void warnings.push(`${line} ${String(fields?.['error'])}`);
      const consumer = { heartbeat_interval_ms: 200, session_timeout_ms: 50_000, rebalance_timeout_ms: 50_000 };
      await using other = worker.create(direct.with({ consumer }), () => create_frame({}));
      await other.connect();
      const settings = direct.with(
        { connection: { brokers: [`127.0.0.1:${proxy.port}`], broker_request_timeout_ms: 60_000 }, consumer },
        { logger: { debug: nothing, info: nothing, error: warn, warn } },
      );
      let isMember = false;
      lose((bytes) => {
        // The first join only asks for a member id.
        const isIt = isRequest(key)(bytes) && (isMember || key === SYNC_GROUP);
        isMember ||= isRequest(JOIN_GROUP)(bytes);
        return isIt;
      });
      await using w = worker.create(settings, () => create_frame({}));
      await w.connect({ timeout_ms: patient(25_000) });
      await until(
        'both have partitions',
        () => w.status.partitions.length === 3 && other.status.partitions.length === 3,
      );
      expect(warnings.join('\n')).not.toMatch(/no answer to/);
    },
  );
});

test(
  'a group that waits for a join that was lost on its way gets it once more, and no failure is reported',
  { timeout: patient(60_000) },
  async () => {
    const consumer = { heartbeat_interval_ms: 200, session_timeout_ms: 50_000, rebalance_timeout_ms: 50_000 };
    const create = (settings: World['settings']) => worker.create(settings, () => create_frame({}));
    await using a = create(direct.with({ consumer }));
    await using b = create(direct.with({ connection: { brokers: [`127.0.0.1:${proxy.port}`] }, consumer }));
    await Promise.all([a.connect(), b.connect()]);
    proxy.hangOn(1, isRequest(JOIN_GROUP));
    await using c = create(direct.with({ consumer }));
    await c.connect({ timeout_ms: patient(25_000) });
    await until('all have partitions', () => [a, b, c].every(({ status }) => status.partitions.length === 2));
    expect(b.status).toMatchObject({ state: 'ready', restarts: 0 });
  },
);

test(
  'a member whose group was taken over by readers of another topic while it was away ends, and names both topics',
  { timeout: patient(60_000) },
  async () => {
    const fast = { heartbeat_interval_ms: 200, session_timeout_ms: 1_500 };
    const other = await makeWorld({ brokers: kafka.brokers, changes: { groups: direct.settings.groups } });
    await using away = worker.create(
      direct.with({ connection: { brokers: [`127.0.0.1:${proxy.port}`] }, consumer: fast }),
      () => create_frame({}),
    );
    await away.connect();
    await using b = worker.create(other.with({ consumer: fast }), () => create_frame({}));
    proxy.refuse(true);
    proxy.cut();
    try {
      await until('the group has forgotten it', () =>
        b.connect().then(
          () => true,
          () => false,
        ),
      );
    } finally {
      proxy.refuse(false);
    }
    await until('it has ended', () => away.status.state === 'failed');
    expect(away.status.last_error).toMatchObject({ code: 'group_refused' });
    expect(away.status.last_error?.raw_message).toContain(direct.settings.topics.worker);
    expect(away.status.last_error?.raw_message).toContain(other.settings.topics.worker);
    expect(away.health().ok).toBe(false);
    proxy.refuse(true);
    try {
      await expect(away.connect({ timeout_ms: 500 })).rejects.toThrow();
      expect(away.status.state).toBe('idle');
    } finally {
      proxy.refuse(false);
    }
    await until('the others have all', () => b.status.state === 'ready' && b.status.partitions.length === 6);
  },
);

test(
  'a send that only waits says so in every state; an acknowledgement forgets what failed before',
  { timeout: patient(60_000) },
  async () => {
    const changes: state_change[] = [];
    await using w = worker.create(world.settings, () => create_frame({}));
    await using r = requester.create(
      world.settings.with({ connection: { ...world.settings.connection, broker_request_timeout_ms: 60_000 } }),
      { on_state_change: (change) => void changes.push(change) },
    );
    await Promise.all([w.connect(), r.connect()]);
    await r.request(worker_frame({ path: [1], command: 'x' }));
    proxy.hangOn(1, isRequest(PRODUCE));
    const waiting = r.request(worker_frame({ path: [1], command: 'x' }), { timeout_ms: 8_000 });
    waiting.catch(() => undefined);
    await until('it is noticed', () => r.status.state === 'recovering');
    expect(r.status.last_error).toMatchObject({ code: 'broker_unavailable' });
    expect(r.status.last_error?.raw_message).toMatch(/^no record for topic .* was acknowledged for \d+ ms$/);
    await until('it is reported', () => changes.at(-1)?.state === 'recovering');
    expect(changes.at(-1)).toMatchObject({ error: { code: 'broker_unavailable' } });
    await expect(waiting).rejects.toMatchObject({ code: 'deadline_exceeded' });
    proxy.cut();
    await until('it is over', () => r.status.state === 'ready');
    expect(r.status.last_error).toBeUndefined();
  },
);

describe('a connection that is half open', () => {
  test(
    'is closed after one request time-out, and sends and replies continue over a new one',
    async () => {
      await using w = worker.create(direct.settings, (frame) => create_frame({ payloads: frame.payloads }));
      await using r = requester.create(world.settings);
      await Promise.all([w.connect(), r.connect()]);
      const ask = (text: string) => worker_frame({ path: [1], command: 'x', payloads: [text_payload(text)] });
      expect(payload_text(await r.request(ask('before')))).toBe('before');
      proxy.freeze();
      // Answered although every earlier connection is dead, without an error that shows this.
      expect(payload_text(await r.request(ask('after'), { timeout_ms: 20_000 }))).toBe('after');
      await until('both directions are well again', () => r.is_connected());
    },
    patient(40_000),
  );
});

test(
  'sends with short deadlines that no broker acknowledges make the publisher not ready after seconds, also between two sends',
  async () => {
    await using pub = publisher.create(world.settings);
    const send = (timeoutMs: number) => pub.send(topic_type.reply_to, replyFrame(0, 'x'), { timeout_ms: timeoutMs });
    await send(10_000);
    expect(pub.is_connected()).toBe(true);
    proxy.loseAnswers(Number.POSITIVE_INFINITY, isRequest(PRODUCE));
    const began = performance.now();
    while (performance.now() - began < 5_500) await expect(send(300)).rejects.toThrow('deadline_exceeded');
    // Nothing is open at this moment, and a new connection may be.
    expect(pub.is_connected()).toBe(false);
    expect(pub.health().problems.join()).toMatch(/acknowledged for|is open/);
    proxy.loseAnswers(0);
    await send(20_000);
    expect(pub.is_connected()).toBe(true);
  },
  patient(40_000),
);

test(
  'state, is_connected() and health() agree at every moment in which fetches are not answered any more',
  async () => {
    const settings = world.settings.with({
      connection: { ...world.settings.connection, broker_request_timeout_ms: 8_000 },
    });
    await using w = worker.create(settings, (frame) => create_frame({ payloads: frame.payloads }));
    await using r = requester.create(settings);
    await Promise.all([w.connect(), r.connect()]);
    const seen = new Set<string>();
    const look = (one: typeof w | typeof r): void => {
      const before = one.status.state;
      const all = `${before === 'ready'} ${one.is_connected()} ${one.health().ok}`;
      // A state that changed between these calls says nothing about whether they agree.
      if (one.status.state === before) seen.add(all);
    };
    const looking = setInterval(() => [w, r].forEach(look), 2);
    try {
      proxy.hangOn(Number.POSITIVE_INFINITY, isRequest(FETCH));
      await until('both report it', () => !w.is_connected() && !r.is_connected());
      proxy.hangOn(0, isRequest(FETCH));
      await until('both are well again', () => w.is_connected() && r.is_connected());
    } finally {
      clearInterval(looking);
      proxy.hangOn(0, isRequest(FETCH));
    }
    expect([...seen].sort()).toEqual(['false false false', 'true true true']);
  },
  patient(60_000),
);

describe('connections that are reset repeatedly', () => {
  test(
    'every request gets its reply or a typed error, and most get their reply',
    async () => {
      await using w = worker.create(world.settings, (frame) => create_frame({ payloads: frame.payloads }));
      await using r = requester.create(world.settings);
      await Promise.all([w.connect(), r.connect()]);
      const cutting = setInterval(() => proxy.cut(), 700);
      let answered = 0;
      const codes: string[] = [];
      const end = performance.now() + 5_000;
      await Promise.all(
        Array.from({ length: 16 }, async (_, lane) => {
          for (let i = 0; performance.now() < end; i += 1) {
            const text = `${lane}/${i}`;
            await r
              .request(worker_frame({ path: [lane], command: 'x', payloads: [text_payload(text)] }), {
                timeout_ms: 15_000,
              })
              .then(
                (reply) => {
                  expect(payload_text(reply)).toBe(text);
                  answered += 1;
                },
                (error: unknown) => codes.push((error as { code: string }).code),
              );
          }
        }),
      );
      clearInterval(cutting);
      expect(answered).toBeGreaterThan(50);
      expect(codes.filter((code) => code !== 'deadline_exceeded')).toEqual([]);
      expect(codes.length).toBeLessThan(answered / 10);
    },
    patient(60_000),
  );
});

describe('a group whose coordinator', () => {
  const heartbeat = 12;

  test(
    'does not answer heartbeats does not stop reading within the session time-out, and causes no rebalance',
    { timeout: patient(60_000) },
    async () => {
      const settings = world.settings.with({
        connection: { ...world.settings.connection, broker_request_timeout_ms: 60_000 },
      });
      await using w = worker.create(settings, (frame) => create_frame({ payloads: frame.payloads }));
      await using r = requester.create(direct.settings);
      await Promise.all([w.connect(), r.connect()]);
      const { generation } = w.status;
      proxy.hangOn(1, isRequest(heartbeat));
      await until('a heartbeat was lost', () => w.status.restarts > 0 || (w.health().heartbeats.age_ms ?? 0) > 900);
      await r.request(worker_frame({ path: [1], command: 'meanwhile' }));
      await until('heartbeats are answered again', () => (w.health().heartbeats.age_ms ?? 1_000) < 300);
      expect(w.status).toMatchObject({ state: 'ready', generation });
    },
  );
});

describe('a batch that cannot be decoded', () => {
  test('stops only its own partition, visibly, until it can be decoded', { timeout: patient(60_000) }, async () => {
    const marker = Buffer.from('this value is damaged on its way');
    let damages = true;
    proxy.onAnswer = (bytes) => {
      const value = bytes.indexOf(marker);
      // The header of its batch, whose attributes name a compression that does not exist. The batch begins 67 bytes
      // before the value; brokers may send it apart from what comes before it in the answer.
      if (damages && value >= 67) bytes.writeInt16BE(6, value - 67 + 21);
    };
    const handled: number[] = [];
    await using w = worker.create(world.settings, (frame) => {
      const path = frame.sendTo?.kafkaKey?.kafkaPartitionKey;
      handled.push(Number(path?.case === 'sequenceNumberPath' ? path.value.numbers[0] : -1));
    });
    await w.connect();
    await produceRaw(direct.connection, direct.settings.topics.worker, [{ partition: 0, value: marker }]);
    await until('it is reported', () => w.status.last_error?.code === 'records_unreadable');
    expect(w.status.last_error).toMatchObject({
      retryable: true,
      details: { topic: direct.settings.topics.worker, partition: 0, offset: 0, codec: 'type 6' },
    });
    expect(w.status.last_error?.hint).toContain('If the error persists, delete the records');
    await until('it is tried again', () => w.health().problems.some((problem) => problem.startsWith('partition 0')));
    expect([w.is_connected(), w.health().ok, w.status.state]).toEqual([false, false, 'recovering']);
    await using pub = publisher.create(direct.settings);
    const sent = await Promise.all(
      Array.from({ length: 40 }, async (_, i) => {
        const { partition } = await pub.send(topic_type.worker, worker_frame({ path: [i], command: 'x' }));
        return { i, partition };
      }),
    );
    const others = sent.filter(({ partition }) => partition !== 0).map(({ i }) => i);
    await until('the other partitions are handled', () => handled.length === others.length);
    expect([...handled].sort((a, b) => a - b)).toEqual(others);
    damages = false;
    await until('all are handled', () => handled.length === sent.length, 20_000);
    await until('it is well', () => w.health().ok);
    expect(w.status).toMatchObject({ bad: 1, state: 'ready' });
  });
});
