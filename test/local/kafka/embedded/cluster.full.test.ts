import { Kafka, logLevel, type PartitionMetadata } from 'kafkajs';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { Deadline } from '../../../../src/base/deadline.js';
import { readClusterId, warmUp } from '../../../../local/kafka/readiness.js';
import { chooseKafka, startEmbedded, type EmbeddedKafka } from '../../../../local/kafka/index.js';
import { freePorts } from '../../../../local/os/ports.js';
import { composeSkip, embeddedSkip } from '../../../support/broker-machine.js';
import { sandbox } from '../../../support/broker-sandbox.js';
import { skipFor } from '../../../support/skips.js';

const nodeIds = async (kafka: { brokers: readonly string[] }): Promise<readonly number[]> =>
  (await readClusterId(kafka.brokers, new Deadline(5_000))).nodeIds;

describe('an embedded cluster', () => {
  beforeEach(async (context) => skipFor(context, await embeddedSkip()));

  async function started(nodes: number): Promise<EmbeddedKafka> {
    const { env } = await sandbox();
    const kafka = await startEmbedded({ env, nodes, properties: { 'broker.session.timeout.ms': '4000' } });
    onTestFinished(() => kafka[Symbol.asyncDispose]());
    return kafka;
  }

  test.each([2, 3])('of %i nodes has all of them when it is returned', async (nodes) => {
    const kafka = await started(nodes);
    expect(await nodeIds(kafka)).toEqual([1, 2, 3].slice(0, nodes));
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    onTestFinished(() => admin.disconnect());
    await admin.createTopics({ topics: [{ topic: 't', numPartitions: 6 }], waitForLeaders: false });
    // A node learns of a new topic some milliseconds after the one that created it, and says until then that there is none.
    const partitionsOf = async (): Promise<PartitionMetadata[]> => {
      const { topics } = await admin.fetchTopicMetadata({ topics: ['t'] });
      return topics[0]?.partitions ?? [];
    };
    const found = await vi.waitFor(partitionsOf, { timeout: 10_000 });
    expect(found.map(({ isr }) => isr.length)).toEqual(Array.from({ length: 6 }, () => nodes));
    expect(new Set(found.map(({ leader }) => leader)).size).toBe(nodes);
  });

  test('continues without a node that crashed or was stopped, and accepts it again', async () => {
    const kafka = await started(3);
    const { clusterId } = kafka;
    await kafka.killNode(2);
    await expect.poll(() => nodeIds(kafka), { timeout: 20_000 }).toEqual([1, 3]);
    await expect(warmUp(kafka.brokers, new Deadline(30_000))).resolves.toMatchObject({ clusterId });
    await kafka.startNode(2);
    expect(await nodeIds(kafka)).toEqual([1, 2, 3]);
    await kafka.stopNode(1);
    await expect.poll(() => nodeIds(kafka), { timeout: 20_000 }).toEqual([2, 3]);
    await expect(warmUp(kafka.brokers, new Deadline(30_000))).resolves.toMatchObject({ clusterId });
    await kafka.startNode(1);
    expect(await nodeIds(kafka)).toEqual([1, 2, 3]);
    expect(kafka.pids).toHaveLength(3);
  });
});

describe('a compose cluster', () => {
  beforeEach(async (context) => skipFor(context, await composeSkip()));

  test('of three brokers', async () => {
    const box = await sandbox('nothing');
    const [port] = await freePorts(1);
    const kafka = await chooseKafka({ env: { ...box.env, PATH: process.env['PATH'] }, nodes: 3, port });
    onTestFinished(() => kafka.stop());
    expect(kafka).toMatchObject({ kind: 'compose', startedByUs: true });
    expect(kafka.brokers).toHaveLength(3);
    expect(await nodeIds(kafka)).toEqual([1, 2, 3]);
  });
});
