import type { Admin } from 'kafkajs';
import { int16, int32, string, WireReader } from '../../rehearsal/gateway/protocol/wire.js';
import { ask } from '../stage/ask-broker.js';
import { recordBatch, type RawRecord } from './record-batch.js';

const PRODUCE_KEY = 0;
/** The newest version without tagged fields that all brokers since 3.x support. */
const VERSION = 7;
const TIMEOUT_MS = 10_000;

/** Writes one batch of records unchanged, and resolves with the offset of the first one. */
export async function produceRaw(
  admin: Admin,
  topic: string,
  partition: number,
  records: readonly RawRecord[],
  codec: 'none' | 'lz4' = 'none',
): Promise<number> {
  const { host, port } = await leaderOf(admin, topic, partition);
  const batch = recordBatch(records, codec);
  const request = Buffer.concat([
    Buffer.concat([int16(PRODUCE_KEY), int16(VERSION), int32(1), string('drill')]),
    Buffer.concat([string(undefined), int16(-1), int32(TIMEOUT_MS)]),
    Buffer.concat([int32(1), string(topic), int32(1), int32(partition), int32(batch.length), batch]),
  ]);
  const answer = new WireReader(await ask(`${host}:${port}`, request));
  answer.int32();
  answer.int32();
  answer.string();
  answer.int32();
  answer.int32();
  const error = answer.int16();
  if (error !== 0) throw new Error(`a record for ${topic}:${partition} was refused with error ${error}`);
  return Number(answer.int64());
}

async function leaderOf(admin: Admin, topic: string, partition: number): Promise<{ host: string; port: number }> {
  const [{ brokers }, { topics }] = await Promise.all([
    admin.describeCluster(),
    admin.fetchTopicMetadata({ topics: [topic] }),
  ]);
  const leader = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader;
  const broker = brokers.find(({ nodeId }) => nodeId === leader);
  if (broker === undefined) throw new Error(`${topic}:${partition} has no leader`);
  return broker;
}
