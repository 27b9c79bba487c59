import type { EmbeddedKafka } from '../../local/kafka/index.js';
import {
  create_frame,
  payload_text,
  publisher,
  requester,
  text_payload,
  topic_type,
  worker,
  worker_frame,
  pubsub_error,
} from '../../src/index.js';
import { until } from './until.js';
import { makeWorld } from './world.js';

export interface OutageOutcome {
  /** Frames that the brokers acknowledged and no worker handled. */
  lost: string[];
  /** Calls that did not end, or ended with an untyped error. */
  hung: number;
  /** Paths whose frames were first handled out of order. */
  disordered: number[];
  /** Whether `is_connected()` was false while the broker was down. */
  disconnectedSeen: { publisher: boolean; requester: boolean; worker: boolean };
  connectedAgain: boolean;
  /** Requests are answered after the outage. */
  repliesAfter: boolean;
}

/** Sends frames and requests while the only broker is stopped, is down for a time, and restarts with its data. */
export async function brokerOutage(kafka: EmbeddedKafka, awayMs: number): Promise<OutageOutcome> {
  const { settings } = await makeWorld({
    brokers: kafka.brokers,
    changes: {
      consumer: { session_timeout_ms: 6_000, heartbeat_interval_ms: 500 },
      producer: { send_timeout_ms: awayMs + 30_000 },
      connection: { brokers: [...kafka.brokers], broker_request_timeout_ms: 3_000 },
    },
  });
  const handled = new Map<number, number[]>();
  const seen = new Set<string>();
  await using w = worker.create(settings, (frame) => {
    const text = payload_text(frame) ?? '';
    const [path, n] = text.split(':').map(Number) as [number, number];
    if (!seen.has(text) && path < 10) handled.set(path, [...(handled.get(path) ?? []), n]);
    seen.add(text);
    return create_frame({ payloads: frame.payloads });
  });
  await using r = requester.create(settings);
  await using pub = publisher.create(settings);
  await Promise.all([w.connect({ timeout_ms: 60_000 }), r.connect({ timeout_ms: 60_000 }), pub.connect()]);

  let running = true;
  let hung = 0;
  const acknowledged: string[] = [];
  const calls: Promise<void>[] = [];
  const settle = (call: Promise<unknown>, text: string | undefined): void => {
    calls.push(
      call.then(
        () => {
          if (text !== undefined) acknowledged.push(text);
        },
        (error: unknown) => {
          if (!pubsub_error.is(error)) hung += 1;
        },
      ),
    );
  };
  const traffic = (async () => {
    for (let n = 0; running; n += 1) {
      for (let path = 0; path < 10; path += 1) {
        const text = `${path}:${n}`;
        settle(
          pub.send(topic_type.worker, worker_frame({ path: [path], command: 'x', payloads: [text_payload(text)] })),
          text,
        );
      }
      settle(
        r.request(worker_frame({ path: [11], command: 'x', payloads: [text_payload(`11:${n}`)] }), {
          timeout_ms: 2_000,
        }),
        undefined,
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();

  await until('traffic flows', () => acknowledged.length > 100);
  await kafka.stopNode(1);
  const disconnectedSeen = { publisher: false, requester: false, worker: false };
  await Promise.all([
    new Promise((resolve) => setTimeout(resolve, awayMs)),
    until('all report it', () => {
      disconnectedSeen.publisher ||= !pub.is_connected();
      disconnectedSeen.requester ||= !r.is_connected();
      disconnectedSeen.worker ||= !w.is_connected();
      return Object.values(disconnectedSeen).every(Boolean);
    }),
  ]);
  await kafka.startNode(1);
  const all = (): boolean => pub.is_connected() && r.is_connected() && w.is_connected();
  const connectedAgain = await until('all are connected again', all, 60_000).then(
    () => true,
    () => false,
  );
  const repliesAfter = await r
    .request(worker_frame({ path: [12], command: 'x', payloads: [text_payload('12:0')] }), { timeout_ms: 30_000 })
    .then(
      () => true,
      () => false,
    );
  running = false;
  await traffic;
  const deadline = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), awayMs + 60_000).unref());
  if ((await Promise.race([Promise.all(calls), deadline])) === 'late') hung += 1;
  const lost = (): string[] => acknowledged.filter((text) => !seen.has(text));
  await until('nothing is missing', () => lost().length === 0, 30_000).catch(() => undefined);
  const disordered = [...handled].filter(([, ns]) => ns.some((n, i) => i > 0 && n < ns[i - 1]!)).map(([path]) => path);
  return { lost: lost(), hung, disordered, disconnectedSeen, connectedAgain, repliesAfter };
}
