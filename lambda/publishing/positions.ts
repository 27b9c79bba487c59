import type { Deadline } from '../../src/base/deadline.js';
import type { config } from '../../src/index.js';
import { describeTopics } from '../../src/kafka/admin.js';
import { TopicLink } from '../../src/kafka/topic-link.js';
import { toPubsubError } from '../../src/kafka/errors.js';
import { explainConnectionFailure } from '../../src/kafka/explain.js';
import { kafka_connection } from '../../src/pubsub/kafka-connection.js';

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
  const connection = kafka_connection(settings);
  const link = new TopicLink(connection, name);
  try {
    await deadline.race(open(link, connection.brokers.length), {
      stage: 'metadata',
      what: `metadata of topic ${name}`,
    });
    const ends = await deadline.race(link.endOffsets(), { stage: 'positions', what: `the ends of topic ${name}` });
    const [described] = await describeTopics(connection, [name], deadline);
    return {
      topic: name,
      partitions: (described?.partitions ?? []).map((facts) => ({ ...facts, end: ends.get(facts.partition) ?? 0 })),
    };
  } catch (error) {
    throw await explainConnectionFailure(connection, toPubsubError(error, 'connect', { topic: name }));
  } finally {
    await link.close(AbortSignal.timeout(1_000));
  }
}

/** kafkajs goes round the bootstrap addresses, one at each attempt. */
async function open(link: TopicLink, addresses: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await link.open();
      return;
    } catch (error) {
      // A login that was refused is refused at every address, and kafkajs' next attempt meets a socket that is closing.
      if (attempt >= addresses || toPubsubError(error, 'connect').code === 'authentication_failed') throw error;
    }
  }
}
