import type { Deadline } from '../../src/base/deadline.js';
import type { config } from '../../src/index.js';
import { describeTopics, readLogEnds } from '../../src/kafka/admin/admin.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';

export interface partition_facts {
  readonly partition: number;
  readonly leader: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** The offset that the next record gets. */
  readonly end: number;
}

export interface topic_facts {
  readonly topic: string;
  readonly partitions: readonly partition_facts[];
}

export interface positions_result {
  readonly action: 'positions';
  /** The first connection, to a bootstrap broker. */
  readonly connect_ms: number;
  readonly worker: topic_facts;
  readonly reply_to: topic_facts;
}

/** Reaches a broker, once per bootstrap address and without retries, and tells where both topics stand. */
export async function positions(settings: config, deadline: Deadline): Promise<positions_result> {
  const startedAt = performance.now();
  const worker = await topic(settings, settings.topics.worker, deadline);
  const connect_ms = Math.round(performance.now() - startedAt);
  return {
    action: 'positions',
    connect_ms,
    worker,
    reply_to: await topic(settings, settings.topics.reply_to, deadline),
  };
}

async function topic(settings: config, name: string, deadline: Deadline): Promise<topic_facts> {
  const connection = kafkaConnection(settings);
  const ends = await readLogEnds(connection, name, deadline);
  const [described] = await describeTopics(connection, [name], deadline);
  return {
    topic: name,
    partitions: (described?.partitions ?? []).map((facts) => ({ ...facts, end: ends.get(facts.partition) ?? 0 })),
  };
}
