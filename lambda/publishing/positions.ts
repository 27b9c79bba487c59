import type { Deadline } from '../../src/base/deadline.js';
import type { config } from '../../src/index.js';
import { describeLogEnds } from '../../src/kafka/admin/log-ranges.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';

export interface PartitionFacts {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** The offset of the next record; 0 if the partition has no leader, because only a leader knows it. */
  readonly end: number;
}

export interface TopicFacts {
  readonly topic: string;
  readonly partitions: readonly PartitionFacts[];
}

export interface PositionsResult {
  readonly action: 'positions';
  /** The first connection, to a configured broker. */
  readonly connect_ms: number;
  readonly worker: TopicFacts;
  readonly reply_to: TopicFacts;
}

/** Connects to a broker, once per configured address, and reads the end offsets of both topics. */
export async function positions(settings: config, deadline: Deadline): Promise<PositionsResult> {
  const startedAt = performance.now();
  const worker = await topic(settings, settings.topics.worker, deadline);
  const connectMs = Math.round(performance.now() - startedAt);
  return {
    action: 'positions',
    connect_ms: connectMs,
    worker,
    reply_to: await topic(settings, settings.topics.reply_to, deadline),
  };
}

async function topic(settings: config, name: string, deadline: Deadline): Promise<TopicFacts> {
  const partitions = await describeLogEnds(kafkaConnection(settings), name, deadline);
  return { topic: name, partitions: partitions.map((facts) => ({ ...facts, end: facts.end ?? 0 })) };
}
