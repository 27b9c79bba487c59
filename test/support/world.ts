import { randomUUID } from 'node:crypto';
import { afterAll } from 'vitest';
import { Deadline } from '../../src/base/deadline.js';
import type { logger } from '../../src/base/ports.js';
import { createTopics, deleteTopics } from '../../src/kafka/admin/create-topics.js';
import type { KafkaConnection } from '../../src/kafka/connection.js';
import { config, type config_input, type config_ports } from '../../src/pubsub/config/config.js';
import { kafkaConnection } from '../../src/pubsub/kafka-connection.js';
import { clientUnderTest } from './client.js';

/** Topics and groups of one test, so that tests share a broker without seeing each other. */
export interface World {
  readonly settings: config;
  /** The input of `settings`, for other processes. */
  readonly input: config_input;
  readonly connection: KafkaConnection;
  /** Settings on the same topics, with some changed. */
  with(changes: Partial<config_input>, ports?: config_ports<never>): config;
}

export interface WorldOptions {
  brokers: readonly string[];
  workerPartitions?: number;
  replyPartitions?: number;
  replicationFactor?: number;
  topicConfigs?: Record<string, string>;
  changes?: Partial<config_input>;
  logger?: logger;
}

const leftovers: { connection: KafkaConnection; topics: string[] }[] = [];

/** Creates the two topics, and settings that name them; the topics are deleted after the test file. */
export async function makeWorld(options: WorldOptions): Promise<World> {
  const name = randomUUID().slice(0, 8);
  const base: config_input = {
    connection: { brokers: [...options.brokers], client: clientUnderTest },
    topics: { worker: `worker-${name}`, reply_to: `reply_to-${name}` },
    groups: { worker: `workers-${name}`, reply_to: `requesters-${name}` },
  };
  const merged = merge(base, options.changes ?? {});
  const settings = config.create(merged, options.logger === undefined ? {} : { logger: options.logger });
  const connection = kafkaConnection(settings);
  const replicationFactor = options.replicationFactor ?? 1;
  const configs = options.topicConfigs ?? {};
  await createTopics(
    connection,
    [
      { topic: settings.topics.worker, partitions: options.workerPartitions ?? 6, replicationFactor, configs },
      { topic: settings.topics.reply_to, partitions: options.replyPartitions ?? 6, replicationFactor, configs },
    ],
    new Deadline(20_000),
  );
  leftovers.push({ connection, topics: [settings.topics.worker, settings.topics.reply_to] });
  return {
    settings,
    input: merged,
    connection,
    with: (changes, ports = {}) => config.create(merge(merged, changes), ports),
  };
}

/** The variables for the topics and groups of a world, for another process. */
export function variablesOf({ settings }: World): Record<string, string> {
  return {
    PUBSUB_WORKER_TOPIC: settings.topics.worker,
    PUBSUB_REPLY_TO_TOPIC: settings.topics.reply_to,
    PUBSUB_WORKER_GROUP: settings.groups.worker,
    PUBSUB_REPLY_TO_GROUP: settings.groups.reply_to,
  };
}

/** … for its topics only. */
export function topicVariables(world: World): Record<string, string> {
  const { PUBSUB_WORKER_TOPIC = '', PUBSUB_REPLY_TO_TOPIC = '' } = variablesOf(world);
  return { PUBSUB_WORKER_TOPIC, PUBSUB_REPLY_TO_TOPIC };
}

/** The options of commands that name these topics. */
export function topicOptions({ settings: { topics } }: World): string[] {
  return ['--worker-topic', topics.worker, '--reply-topic', topics.reply_to];
}

afterAll(async () => {
  for (const { connection, topics } of leftovers.splice(0)) {
    await deleteTopics(connection, topics, new Deadline(10_000)).catch(() => undefined);
  }
});

function merge(base: config_input, changes: Partial<config_input>): config_input {
  const merged: Record<string, unknown> = { ...base };
  for (const [section, values] of Object.entries(changes)) {
    merged[section] = { ...(merged[section] as object | undefined), ...values };
  }
  return merged as unknown as config_input;
}
