import type { HeapProfiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbedded, type EmbeddedKafka } from '../../local/kafka/index.js';
import { create_frame, requester, text_payload, worker, worker_frame } from '../../src/index.js';
import { startRequestCounter, type RequestCounter } from '../support/request-counter.js';
import { makeWorld, type World } from '../support/world.js';

// What a round trip costs, counted and not timed: a slower machine has the same counts, or lower ones, because more
// frames wait for the next request.

const PRODUCE = 0;
const FETCH = 1;
const PARTITIONS = 6;
const BURSTS = 20;
const BURST = 50;
const PAYLOAD = 'x'.repeat(300);

let kafka: EmbeddedKafka;
let counter: RequestCounter;
let settings: World['settings'];

beforeAll(async () => {
  counter = await startRequestCounter();
  kafka = await startEmbedded({
    listeners: [{ name: 'COUNTED', protocol: 'PLAINTEXT', advertised: [`127.0.0.1:${counter.port}`] }],
  });
  counter.target = kafka.brokersOf('COUNTED')[0]!;
  const world = await makeWorld({ brokers: kafka.brokers });
  settings = world.with({ connection: { brokers: [`127.0.0.1:${counter.port}`] } });
});
afterAll(async () => {
  await kafka[Symbol.asyncDispose]();
  await counter[Symbol.asyncDispose]();
});

async function bursts(caller: requester, count: number): Promise<void> {
  for (let burst = 0; burst < count; burst += 1)
    await Promise.all(
      Array.from({ length: BURST }, (_, path) =>
        caller.request(worker_frame({ path: [path], command: 'echo', payloads: [text_payload(PAYLOAD)] })),
      ),
    );
}

test('requests to the brokers, bytes and memory for 1000 round trips stay within their limits', async () => {
  await using echo = worker.create(settings, (frame) => create_frame({ payloads: frame.payloads }));
  await using caller = requester.create(settings);
  await Promise.all([echo.connect(), caller.connect()]);
  await bursts(caller, 4);
  const inspector = new Session();
  inspector.connect();
  await inspector.post('HeapProfiler.startSampling', {
    samplingInterval: 4_096,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  counter.reset();
  await bursts(caller, BURSTS);
  const counts = { produce: counter.requests.get(PRODUCE) ?? 0, fetch: counter.requests.get(FETCH) ?? 0 };
  const bytes = counter.bytes();
  const { profile } = await inspector.post('HeapProfiler.stopSampling');
  inspector.disconnect();
  const allocated = sizeOf(profile.head);

  // The frames of a burst are sent in one tick: one request for all partitions, and at most one for the first frame
  // alone. A broker answers a fetch as soon as the first partition has records, so a burst can come in as many parts as
  // there are partitions, and each part can be answered in a request of its own.
  const perBurst = { produce: 2 + PARTITIONS, fetch: 2 * (PARTITIONS + 1) };
  expect(counts.produce).toBeLessThanOrEqual(perBurst.produce * BURSTS);
  expect(counts.fetch).toBeLessThanOrEqual(perBurst.fetch * BURSTS);
  // A request and its reply, each written once and read once, with their headers and those of the batches.
  expect(bytes / (BURSTS * BURST)).toBeLessThan(LIMITS.bytes);
  expect(allocated / (BURSTS * BURST)).toBeLessThan(LIMITS.allocated);
});

function sizeOf({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + sizeOf(child), selfSize);
}

/** Per round trip, both sides in one process: 2 250 bytes and 29 600 bytes were measured (Node 20), plus a fifth. */
const LIMITS = { bytes: 2_700, allocated: 36_000 };
