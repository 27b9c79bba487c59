import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Deadline } from '../src/base/deadline.js';
import { config } from '../src/index.js';
import { createTopics, deleteTopics } from '../src/kafka/admin/admin.js';
import { kafkaConnection } from '../src/pubsub/kafka-connection.js';
import { brokerTicks, TICKS_PER_SECOND } from './load.js';
import type { Figures } from './measures.js';
import type { PeerInput, PeerName } from './peer.js';
import type { RunResult } from './peer-child.js';
import { PeerProcess } from './peer-process.js';

export interface Setup {
  readonly brokers: readonly string[];
  readonly brokerPids: readonly number[];
  readonly seconds: number;
}

const PARTITIONS = 6;
const PAYLOAD = 'x'.repeat(300);
const WARM_UP_SECONDS = 2;
/** Enough paths that requests in flight rarely share one. */
const PATHS = 4_096;
/** A hot key. */
const ONE_PATH = 1;
const IDLE_MS = 500;

interface Phase extends RunResult {
  cpuUs: number;
  brokerCpuUs: number;
}

/**
 * Measures one peer once: new topics and processes; 1, 32 and 256 requests in flight on many paths and on one; an idle
 * dispose.
 */
export async function measurePeer(peer: PeerName, setup: Setup): Promise<Figures> {
  const workerTopic = `bench-${peer}-${randomUUID().slice(0, 8)}`;
  const replyTopic = `${workerTopic}.reply`;
  const brokers = [...setup.brokers];
  const input: PeerInput = { brokers, workerTopic, replyTopic, payload: PAYLOAD };
  const connection = kafkaConnection(config.create({ connection: { brokers } }));
  const topics = [workerTopic, replyTopic];
  const specification = { partitions: PARTITIONS, replicationFactor: 1, configs: {} };
  await createTopics(
    connection,
    topics.map((topic) => ({ topic, ...specification })),
    new Deadline(30_000),
  );
  try {
    return await measureOn(peer, input, setup);
  } finally {
    await deleteTopics(connection, topics, new Deadline(10_000)).catch(() => undefined);
  }
}

async function measureOn(peer: PeerName, input: PeerInput, { seconds, brokerPids }: Setup): Promise<Figures> {
  await using worker = await PeerProcess.start('worker', peer, input);
  await using requester = await PeerProcess.start('requester', peer, input);
  const cpu = async (): Promise<number> => (await requester.usage()).cpuUs + (await worker.usage()).cpuUs;
  const phase = async (inFlight: number, paths = PATHS): Promise<Phase> => {
    const brokerBefore = brokerTicks(brokerPids);
    const cpuBefore = await cpu();
    const result = await requester.run(inFlight, seconds, paths);
    const cpuUs = (await cpu()) - cpuBefore;
    return { ...result, cpuUs, brokerCpuUs: ((brokerTicks(brokerPids) - brokerBefore) * 1_000_000) / TICKS_PER_SECOND };
  };
  // A warm-up, so that code is compiled and connections are open on both sides.
  await requester.run(32, WARM_UP_SECONDS, PATHS);
  const single = await phase(1);
  const some = await phase(32);
  const many = await phase(256);
  const hotSome = await phase(32, ONE_PATH);
  const hotMany = await phase(256, ONE_PATH);
  await sleep(IDLE_MS);
  const requesterUsage = await requester.usage();
  const workerUsage = await worker.usage();
  const disposeMs = Math.max(await requester.dispose(), await worker.dispose());
  return {
    rate_32: some.count / some.seconds,
    rate_256: many.count / many.seconds,
    hot_rate_32: hotSome.count / hotSome.seconds,
    hot_rate_256: hotMany.count / hotMany.seconds,
    hot_cpu_256: hotMany.cpuUs / hotMany.count,
    hot_broker_cpu_256: hotMany.brokerCpuUs / hotMany.count,
    p50_1: single.p50Ms,
    p99_1: single.p99Ms,
    p99_32: some.p99Ms,
    p99_256: many.p99Ms,
    cpu_32: some.cpuUs / some.count,
    cpu_256: many.cpuUs / many.count,
    broker_cpu_32: some.brokerCpuUs / some.count,
    broker_cpu_256: many.brokerCpuUs / many.count,
    rss_requester: requesterUsage.peakRssMb,
    rss_worker: workerUsage.peakRssMb,
    dispose: disposeMs / 1_000,
  };
}
